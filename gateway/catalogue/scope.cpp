#include "gateway/catalogue/scope.h"
