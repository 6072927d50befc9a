"""Detection: pure and streaming. What is usual for a brand, how rare the present is, and when that is worth an alert."""

from alerts.detect.brand import BrandDetector
from alerts.detect.detector import Detector, Verdict
from alerts.detect.evidence import Options
from alerts.detect.volume import VolumeDetector

__all__ = ["BrandDetector", "Detector", "Options", "Verdict", "VolumeDetector"]
