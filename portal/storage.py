"""How static files are stored."""

from django.conf import settings
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Names carry the hash of the content; files are also stored compressed with gzip, and with brotli when told."""

    def create_compressor(self, **options):
        """Compress with brotli only when STATIC_BROTLI says so: it takes minutes where gzip takes seconds."""
        return Compressor(use_brotli=settings.STATIC_BROTLI, **options)
