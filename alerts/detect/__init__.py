"""Detection: pure and streaming. What is usual for a brand, how rare the present is, and when that is worth an alert."""

from alerts.detect.brand import BrandDetector
from alerts.detect.crisis_words import crisis_word_telling
from alerts.detect.detector import NORMAL, Conditions, Detector, Verdict
from alerts.detect.every_mention import mention_detector
from alerts.detect.evidence import Options
from alerts.detect.outlets import outlet_detector
from alerts.detect.own_site import own_site_detector
from alerts.detect.sightings import SightingDetector
from alerts.detect.silence import SilenceDetector
from alerts.detect.slow_rise import SlowRiseDetector
from alerts.detect.themes import theme_telling
from alerts.detect.topics import Telling, TopicDetector
from alerts.detect.volume import VolumeDetector

__all__ = [
    "NORMAL",
    "BrandDetector",
    "Conditions",
    "Detector",
    "Options",
    "SightingDetector",
    "SilenceDetector",
    "SlowRiseDetector",
    "Telling",
    "TopicDetector",
    "Verdict",
    "VolumeDetector",
    "crisis_word_telling",
    "mention_detector",
    "outlet_detector",
    "own_site_detector",
    "theme_telling",
]
