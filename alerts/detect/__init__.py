"""Detection: pure and streaming. What is usual for a brand, how rare the present is, and when that is worth an alert."""

from alerts.detect.brand import BrandDetector, Verdict
from alerts.detect.evidence import Options
from alerts.detect.volume import VolumeDetector

__all__ = ["BrandDetector", "Options", "Verdict", "VolumeDetector"]
