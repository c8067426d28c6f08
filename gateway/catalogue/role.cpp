#include "gateway/catalogue/role.h"
