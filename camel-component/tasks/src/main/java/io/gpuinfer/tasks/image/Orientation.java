package io.gpuinfer.tasks.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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

  private static final short LITTLE_ENDIAN = 0x4949;
  private static final short BIG_ENDIAN = 0x4d4d;
  private static final short TIFF = 42;
  private static final short TAG = 0x112;
  private static final short UNSIGNED_SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  /**
   * The orientation that EXIF's bytes tell, a TIFF file of tags; upright where they tell none. Of
   * the tags only those of the first directory are looked at, and nothing that they point to is
   * read: a small file may have thousands that point to all of it.
   */
  static Orientation of(ByteBuffer exif) {
    ByteBuffer tags = exif.slice();
    try {
      short order = tags.getShort(0);
      if (order == LITTLE_ENDIAN) {
        tags.order(ByteOrder.LITTLE_ENDIAN);
      }
      boolean tiff = order == LITTLE_ENDIAN || order == BIG_ENDIAN;
      return tiff && tags.getShort(2) == TIFF ? of(tags, tags.getInt(4)) : UPRIGHT;
    } catch (IndexOutOfBoundsException e) {
      // Viewers show a picture with damaged tags, and so it is taken here.
      return UPRIGHT;
    }
  }

  private static Orientation of(ByteBuffer tags, int directory) {
    int entries = Short.toUnsignedInt(tags.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + Short.BYTES + i * ENTRY_BYTES;
      if (tags.getShort(entry) == TAG) {
        return tags.getShort(entry + 2) == UNSIGNED_SHORT ? of(tags.getShort(entry + 8)) : UPRIGHT;
      }
    }
    return UPRIGHT;
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
