# SPDX-License-Identifier: BSD-2-Clause
"""What a test may do here: user 0 of a container may not do what root may."""

import pytest
from postel.base.system import attempt, is_root

MAY_MOUNT = pytest.mark.skipif(not (is_root() and attempt(["unshare", "-m", "true"]).ok), reason="takes root, and one who may mount")
