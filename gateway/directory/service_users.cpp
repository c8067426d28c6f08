#include "gateway/directory/service_users.h"
