package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The bytes of a picture's file, without what could make a decoder work or remember more than the
 * picture is worth.
 *
 * @param bytes what to decode
 * @param orientation how to turn what comes out
 */
record PictureFile(byte[] bytes, Orientation orientation) {

  private static final long PNG = 0x89504e470d0a1a0aL;
  private static final int PNG_HEADER = 8;

  /** What is needed to decode a PNG. Others hold texts and profiles, which may be bombs. */
  private static final Set<String> PNG_CHUNKS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

  private static final String EXIF_HEADER = "Exif\0\0";

  /** Cameras make ten; each one more takes a decoder through the whole picture once more. */
  private static final int MOST_SCANS = 100;

  private static final int JPEG_START_OF_SCAN = 0xda;
  private static final int JPEG_END = 0xd9;
  private static final int JPEG_APP1 = 0xe1;

  /**
   * Looks through a file of any format.
   *
   * @param maxPixels the most pixels of a picture within it
   * @throws InvalidInputException when it is made to keep a decoder busy
   */
  static PictureFile of(byte[] file, long maxPixels) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (file.length < 16) {
      return new PictureFile(file, Orientation.UPRIGHT);
    }
    if (bytes.getLong(0) == PNG) {
      return png(file, bytes);
    }
    if (bytes.getShort(0) == (short) 0xffd8) {
      return jpeg(file, bytes);
    }
    if (text(file, 0).equals("RIFF") && text(file, 8).equals("WEBP")) {
      return webp(file, bytes.order(ByteOrder.LITTLE_ENDIAN), maxPixels);
    }
    boolean tiff = text(file, 0).equals("II*\0") || text(file, 0).equals("MM\0*");
    return new PictureFile(file, tiff ? Orientation.of(bytes) : Orientation.UPRIGHT);
  }

  private static PictureFile png(byte[] file, ByteBuffer bytes) {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, PNG_HEADER);
    Orientation orientation = Orientation.UPRIGHT;
    int at = PNG_HEADER;
    while (at <= file.length - 12) {
      long length = 12 + (bytes.getInt(at) & 0xffffffffL);
      // A chunk that is cut off is left to the decoder, which knows what to say.
      int there = (int) Math.min(length, file.length - at);
      String type = text(file, at + 4);
      if (PNG_CHUNKS.contains(type)) {
        kept.write(file, at, there);
      } else if (type.equals("eXIf") && there == length) {
        orientation = Orientation.of(bytes.slice(at + 8, there - 12));
      }
      at += there;
    }
    kept.write(file, at, file.length - at);
    return new PictureFile(kept.toByteArray(), orientation);
  }

  private static PictureFile jpeg(byte[] file, ByteBuffer bytes) {
    Orientation orientation = Orientation.UPRIGHT;
    int scans = 0;
    int at = 2;
    while (at < file.length - 4) {
      int marker = bytes.get(at + 1) & 0xff;
      if (file[at] != (byte) 0xff || marker == 0xff) {
        at++;
      } else if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) {
        at += 2; // no segment: a byte of data, or a mark among data
      } else if (marker == JPEG_END) {
        break;
      } else {
        int length = bytes.getShort(at + 2) & 0xffff;
        int there = Math.min(length, file.length - at - 2);
        if (marker == JPEG_START_OF_SCAN && ++scans > MOST_SCANS) {
          throw new InvalidInputException(
              "The picture is a JPEG of more than %d scans".formatted(MOST_SCANS));
        }
        if (marker == JPEG_APP1 && isExif(file, at + 4, there)) {
          int from = at + 4 + EXIF_HEADER.length();
          orientation = Orientation.of(bytes.slice(from, at + 2 + there - from));
        }
        at += 2 + Math.max(2, length);
      }
    }
    return new PictureFile(file, orientation);
  }

  private static boolean isExif(byte[] file, int at, int length) {
    int header = EXIF_HEADER.length();
    return length > 2 + header
        && new String(file, at, header, StandardCharsets.ISO_8859_1).equals(EXIF_HEADER);
  }

  /** The canvas has a size of its own, and decoders trust that of the picture on it. */
  private static PictureFile webp(byte[] file, ByteBuffer bytes, long maxPixels) {
    Orientation orientation = Orientation.UPRIGHT;
    long at = 12;
    while (at <= file.length - 18L) {
      int chunk = (int) at;
      long length = bytes.getInt(chunk + 4) & 0xffffffffL;
      int data = chunk + 8;
      switch (text(file, chunk)) {
        case "VP8 " -> {
          int width = bytes.getShort(data + 6) & 0x3fff;
          int height = bytes.getShort(data + 8) & 0x3fff;
          PictureReader.check(width, height, maxPixels);
        }
        case "VP8L" -> {
          int extents = bytes.getInt(data + 1);
          PictureReader.check(1 + (extents & 0x3fff), 1 + ((extents >> 14) & 0x3fff), maxPixels);
        }
        case "EXIF" -> {
          if (length <= file.length - data) {
            orientation = Orientation.of(bytes.slice(data, (int) length));
          }
        }
        default -> {
          // Colours, animations and texts have no say here.
        }
      }
      at += 8 + length + length % 2;
    }
    return new PictureFile(file, orientation);
  }

  private static String text(byte[] file, int at) {
    return new String(file, at, 4, StandardCharsets.ISO_8859_1);
  }
}
