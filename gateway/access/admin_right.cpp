#include "gateway/access/admin_right.h"
