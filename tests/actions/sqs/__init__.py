import pytest

pytest.register_assert_rewrite("tests.actions.sqs.refusals", "tests.actions.sqs.answers", "tests.actions.sqs.parked")
