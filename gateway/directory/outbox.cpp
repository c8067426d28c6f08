#include "gateway/directory/outbox.h"
