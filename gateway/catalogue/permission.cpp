#include "gateway/catalogue/permission.h"
