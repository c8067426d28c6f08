#include "gateway/directory/grants.h"
