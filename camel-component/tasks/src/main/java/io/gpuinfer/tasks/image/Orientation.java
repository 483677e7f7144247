package io.gpuinfer.tasks.image;

import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * How a camera was held, as EXIF 2.3 tells it: what to do with the rows and columns that are stored
 * to see the picture upright.
 *
 * @param transposed whether rows and columns change places
 * @param mirrored whether the left then becomes the right
 * @param flipped whether the top then becomes the bottom
 */
record Orientation(boolean transposed, boolean mirrored, boolean flipped) {

  static final Orientation UPRIGHT = new Orientation(false, false, false);

  /** The orientation that EXIF's bytes tell, a TIFF file of tags; upright where they tell none. */
  static Orientation of(ByteBuffer exif) {
    ByteBuffer view = exif.duplicate();
    byte[] tags = new byte[view.remaining()];
    view.get(tags);
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(tags))) {
      Directory directory = new TIFFReader().read(stream);
      Entry entry = directory.getEntryById(TIFF.TAG_ORIENTATION);
      return entry != null && entry.getValue() instanceof Number number
          ? of(number.intValue())
          : UPRIGHT;
    } catch (IOException | RuntimeException e) {
      // Viewers show a picture with damaged tags, and so it is taken here.
      return UPRIGHT;
    }
  }

  /** The orientation that EXIF has a number for, 1 to 8; upright for any other. */
  static Orientation of(int number) {
    return switch (number) {
      case 2 -> new Orientation(false, true, false);
      case 3 -> new Orientation(false, true, true);
      case 4 -> new Orientation(false, false, true);
      case 5 -> new Orientation(true, false, false);
      case 6 -> new Orientation(true, true, false);
      case 7 -> new Orientation(true, true, true);
      case 8 -> new Orientation(true, false, true);
      default -> UPRIGHT;
    };
  }
}
