#include "gateway/directory/idempotency.h"
