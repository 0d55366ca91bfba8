# SPDX-License-Identifier: BSD-2-Clause
"""What holds for each test, whichever others ran before it in the same process."""

import signal

import pytest
from hypothesis.configuration import set_hypothesis_home_dir
from postel.base import patience


@pytest.fixture(autouse=True)
def nobody_is_known() -> None:
    """No IUT has been seen to hang yet."""
    patience.forget()


@pytest.fixture(scope="session", autouse=True)
def signals() -> None:
    """A shell that runs a script ignores SIGINT in what it puts into the background, `nohup` SIGHUP."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def storage(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Hypothesis would leave its tables of Unicode where one stands."""
    set_hypothesis_home_dir(tmp_path_factory.mktemp("hypothesis"))
