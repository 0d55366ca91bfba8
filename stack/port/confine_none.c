/* SPDX-License-Identifier: BSD-2-Clause */
#include "port/confine.h"

const char v4_confine_help[] = "Every system call stays open to it: this build has a sanitizer, or "
                               "libseccomp was not there.\n";

void v4_confine(bool foreign)
{
    (void)foreign;
}
