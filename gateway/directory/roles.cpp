#include "gateway/directory/roles.h"
