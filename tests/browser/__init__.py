"""Tests in a real browser: each role's main job on a phone and on a PC."""
