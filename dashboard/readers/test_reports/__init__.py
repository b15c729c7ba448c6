"""Reports of tests, in CTRF and JUnit's XML, as one set of records."""

from dashboard.readers.test_reports.reading import read
from dashboard.readers.test_reports.records import TestReport, TestResult, TestStatus

__all__ = ["TestReport", "TestResult", "TestStatus", "read"]
