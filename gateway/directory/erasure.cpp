#include "gateway/directory/transaction.h"
