#include "gateway/directory/seats.h"
