package io.gpuinfer.tasks.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.gpuinfer.engine.InvalidInputException;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pictures of kinds that are rare, and files that are made to do harm. Those in Base64 were written
 * by Pillow 12.3.0 with the command that is beside them.
 */
class UntrustedPicturesTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  /** {@code Image.new("RGB", (3, 2), (10, 200, 30))}, with {@code Exif()[0x112] = 6}. */
  private static final String WEBP =
      "UklGRlIAAABXRUJQVlA4WAoAAAAIAAAAAgAAAQAAVlA4TBEAAAAvAkAAAAdQ5CrUo/+BiOh/AABFWElGGgAAAE1NACoA"
          + "AAAIAAEBEgADAAAAAQAGAAAAAAAA";

  /** The same. */
  private static final String TIFF =
      "SUkqAAgAAAALAAABBAABAAAAAwAAAAEBBAABAAAAAgAAAAIBAwADAAAAkgAAAAMBAwABAAAAAQAAAAYBAwABAAAAAgAA"
          + "ABEBBAABAAAAmAAAABIBAwABAAAABgAAABUBAwABAAAAAwAAABYBBAABAAAAAgAAABcBBAABAAAAEgAAABwBAwAB"
          + "AAAAAQAAAAAAAAAIAAgACAAKyB4KyB4KyB4KyB4KyB4KyB4=";

  private final PictureReader reader = new PictureReader(1_000_000);

  /**
   * {@code im = Image.new("CMYK", (16, 8), (0, 255, 255, 0)); im.paste((255, 255, 0, 0), (8, 0, 16,
   * 8)); im.save(out, "JPEG", quality=90)}: red beside blue in inks, which Adobe stores inverted.
   */
  @Test
  void shouldReadPrintersColours() {
    Picture picture =
        reader.read(
            base64(
                "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0O"
                    + "EQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQ"
                    + "EBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQci"
                    + "cRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZG"
                    + "VmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS"
                    + "09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9U6/Kqvyqr9U6/lXor+"
                    + "qiiv/Z"));

    assertThat(picture.width()).isEqualTo(16);
    assertColour(picture.rgb(2, 2), 0xff0000, 40);
    assertColour(picture.rgb(13, 4), 0x0000ff, 110);
    assertThat(picture.rgb(13, 4) & 0xff).isGreaterThan((picture.rgb(13, 4) >> 16) + 60);
  }

  @ParameterizedTest
  @CsvSource({
    // im = Image.new("I;16", (2, 1)); putpixel((0, 0), 0x4000), ((1, 0), 0xffff)
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR4nGNwYPj/HwAEAgI/7EcjjAAAAABJRU5ErkJggg==,"
        + " 404040, ffffff",
    // im = Image.new("LA", (2, 1)); putpixel((0, 0), (100, 255)), ((1, 0), (100, 0))
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAQAAABeK7cBAAAADUlEQVR4nGNM+c/ACAAEmAFm/lCPFgAAAABJRU5ErkJggg==,"
        + " 646464, ffffff",
    // im = Image.new("P", (2, 1)); putpalette([0x33, 0x66, 0xcc, 0xff, 0x99, 0]); putpixel((1, 0),
    // 1)
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQMAAADO7O3JAAAABlBMVEUzZsz/mQATexohAAAACklEQVR4nGNwAAAAQgBBKTf07wAAAABJRU5ErkJggg==,"
        + " 3366cc, ff9900",
    // im = Image.new("1", (9, 1)); putpixel((8, 0), 1)
    "iVBORw0KGgoAAAANSUhEUgAAAAkAAAABAQAAAAAkubnQAAAAC0lEQVR4nGNgaAAAAIMAgYfP7KQAAAAASUVORK5CYII=,"
        + " 000000, ffffff",
    // two frames, red and blue: save(out, "GIF", save_all=True, append_images=[blue])
    "R0lGODdhAgACAIEAAP8AAAAAAAAAAAAAACwAAAAAAgACAAAIBgABCAQQEAAh+QQBAAABACwAAAAAAgACAIEAAP8AAAAAAAAAAAAIBgABCAQQEAA7,"
        + " ff0000, ff0000"
  })
  void shouldReadEveryKindOfPixel(String file, String first, String last) {
    Picture picture = reader.read(base64(file));

    assertThat(picture.rgb(0, 0)).isEqualTo(Integer.parseInt(first, 16));
    assertThat(picture.rgb(picture.width() - 1, 0)).isEqualTo(Integer.parseInt(last, 16));
  }

  @Test
  void shouldReadColoursOf16Bits() throws IOException {
    ComponentColorModel deep =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster = deep.createCompatibleWritableRaster(2, 1);
    raster.setPixel(0, 0, new int[] {0x3300, 0x66ff, 0xcc80});
    raster.setPixel(1, 0, new int[] {0xffff, 0, 0x8080});

    Picture picture = reader.read(png(new BufferedImage(deep, raster, false, null)));

    assertColour(picture.rgb(0, 0), 0x3366cc, 1);
    assertColour(picture.rgb(1, 0), 0xff0080, 1);
  }

  /** EXIF 2.3: where the first row and the first column of what is stored are seen. */
  @ParameterizedTest
  @CsvSource({
    "1, 3, 2, 0, 0", "2, 3, 2, 2, 0", "3, 3, 2, 2, 1", "4, 3, 2, 0, 1",
    "5, 2, 3, 0, 0", "6, 2, 3, 1, 0", "7, 2, 3, 1, 2", "8, 2, 3, 0, 2",
    "0, 3, 2, 0, 0", "9, 3, 2, 0, 0"
  })
  void shouldTurnWhatWasTakenWithATurnedCamera(
      int number, int width, int height, int cornerX, int cornerY) throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xff0000);
    image.setRGB(1, 0, 0x00ff00);
    byte[] stored = png(image);

    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      Picture picture = reader.read(withChunk(stored, "eXIf", exif(number, order)));

      assertThat(picture.width()).isEqualTo(width);
      assertThat(picture.height()).isEqualTo(height);
      assertThat(picture.rgb(cornerX, cornerY)).isEqualTo(0xff0000);
      boolean transposed = width == 2;
      int nextX = transposed ? cornerX : cornerX == 0 ? 1 : cornerX - 1;
      int nextY = !transposed ? cornerY : cornerY == 0 ? 1 : cornerY - 1;
      assertThat(picture.rgb(nextX, nextY)).isEqualTo(0x00ff00);
    }
  }

  @Test
  void shouldTurnPicturesOfAllFormats() throws IOException {
    byte[] jpeg = encoded("jpg");
    byte[] turned = withTags(jpeg, exif(6, ByteOrder.LITTLE_ENDIAN));

    assertThat(reader.read(jpeg).width()).isEqualTo(40);
    assertThat(reader.read(turned).width()).isEqualTo(24);
    Picture webp = reader.read(base64(WEBP));
    Picture tiff = reader.read(base64(TIFF));
    for (Picture picture : new Picture[] {webp, tiff}) {
      assertThat(picture.width()).isEqualTo(2);
      assertThat(picture.height()).isEqualTo(3);
      assertThat(picture.rgb(1, 2)).isEqualTo(0x0ac81e);
    }
  }

  @Test
  void shouldReadPicturesWithDamagedTags() throws IOException {
    byte[] png = encoded("png");
    byte[] tags = exif(6, ByteOrder.BIG_ENDIAN);
    tags[7] = (byte) 0xf0; // the first directory is beyond the end

    assertThat(reader.read(withChunk(png, "eXIf", tags)).width()).isEqualTo(40);
    assertThat(reader.read(withChunk(png, "eXIf", new byte[0])).width()).isEqualTo(40);
  }

  /** 2000 tags, of 5000 fractions each, which are the bytes of the tags themselves. */
  @Test
  void shouldNotUnpackTagsThatShareTheirBytes() throws IOException {
    byte[] tags = sharing(2000);
    byte[] webp = base64(WEBP);
    byte[] taggedWebp = Arrays.copyOf(webp, webp.length - 26 + tags.length);
    ByteBuffer.wrap(taggedWebp)
        .put(webp.length - 26, tags)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(4, taggedWebp.length - 8)
        .putInt(webp.length - 30, tags.length);
    byte[][] files = {
      withChunk(encoded("png"), "eXIf", tags),
      withTags(encoded("jpg"), tags),
      taggedWebp,
      tiffWithTags(2000)
    };
    for (byte[] file : files) {
      reader.read(file); // loads classes
      long before = allocated();

      reader.read(file);

      assertThat(allocated() - before).isLessThan(40L << 20);
    }
  }

  /** Texts and a profile that would each be 400 MB, in a picture of a palette of 1 pixel. */
  @Test
  void shouldNotUnpackWhatIsNoPixel() throws IOException {
    byte[] zeros = new byte[1 << 20];
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate =
        new DeflaterOutputStream(bomb, new Deflater(Deflater.BEST_COMPRESSION))) {
      for (int i = 0; i < 400; i++) {
        deflate.write(zeros);
      }
    }
    byte[] packed = bomb.toByteArray();
    byte[] png = png(new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_INDEXED));
    byte[] armed =
        withChunk(
            withChunk(
                withChunk(png, "zTXt", joined("a\0\0", packed)),
                "iTXt",
                joined("a\0\1\0\0\0", packed)),
            "iCCP",
            joined("a\0\0", packed));
    long before = allocated();

    Picture picture = Assertions.assertTimeoutPreemptively(SOON, () -> reader.read(armed));

    assertThat(picture.width()).isEqualTo(1);
    assertThat(reader.read(armed).width()).isEqualTo(1);
    // The second one was read on this thread.
    assertThat(allocated() - before).isLessThan(40L << 20);
  }

  /** The pixels themselves may be packed as well as they like: they are within the limit. */
  @Test
  void shouldReadAPictureThatIsPackedWell() throws IOException {
    byte[] png = png(new BufferedImage(1000, 1000, BufferedImage.TYPE_INT_RGB));

    assertThat(png.length).isLessThan(10_000);
    assertThat(reader.read(png).height()).isEqualTo(1000);
  }

  /** Each scan takes a decoder through all pixels. */
  @Test
  void shouldRefuseAJpegOfEndlessScans() throws IOException {
    byte[] jpeg = encoded("jpg");
    byte[] scan = {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 0, 63, 0};
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(jpeg, 0, jpeg.length - 2);
    for (int i = 0; i < 200; i++) {
      many.write(scan);
    }

    assertThatThrownBy(() -> reader.read(many.toByteArray()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("scans");
  }

  /** A canvas of 3 × 2 with a picture of 16384 × 16384 on it. */
  @Test
  void shouldRefuseAWebPWhoseCanvasLies() {
    byte[] webp = base64(WEBP);
    ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN).putInt(12 + 18 + 9, 0x0fffffff);

    assertThatThrownBy(() -> reader.read(webp))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("16384 × 16384");
  }

  /** A picture of 3 × 2 pixels, whose parts take memory for thousands of millions. */
  @ParameterizedTest
  @CsvSource({
    "277, 60, bits", // samples of a pixel
    "322, 60000, over the limit", // width of a tile
  })
  void shouldRefuseATiffWhosePartsAreLargerThanThePicture(int tag, int value, String message) {
    byte[] tiff = base64(TIFF);
    ByteBuffer tags = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
    if (tag == 322) {
      // Rows of a strip become the width of a tile, and planes its height.
      tags.putShort(10 + 8 * 12, (short) 322).putInt(10 + 8 * 12 + 8, value);
      tags.putShort(10 + 10 * 12, (short) 323).putShort(10 + 10 * 12 + 8, (short) value);
    } else {
      tags.putShort(10 + 7 * 12 + 8, (short) value);
    }

    assertThatThrownBy(() -> reader.read(tiff))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseABitmapOverTheLimitByItsHeader() throws IOException {
    byte[] bmp = encoded("bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 30_000).putInt(22, 30_000);

    assertThatThrownBy(() -> reader.read(bmp)).isInstanceOf(InvalidInputException.class);
  }

  private static void assertColour(int actual, int expected, int tolerance) {
    for (int shift = 0; shift < 24; shift += 8) {
      assertThat((actual >> shift) & 0xff)
          .as("%06x", actual)
          .isCloseTo((expected >> shift) & 0xff, within(tolerance));
    }
  }

  /** Tags with nothing but an orientation. */
  private static byte[] exif(int orientation, ByteOrder order) {
    return ByteBuffer.allocate(26)
        .order(order)
        .put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(ISO_8859_1))
        .putShort((short) 42)
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 0x112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }

  /** Tags of 5000 fractions each, all of which begin where the file does. */
  private static byte[] sharing(int count) {
    ByteBuffer tags = ByteBuffer.allocate(Math.max(14 + 12 * count, 40_000));
    tags.put("MM".getBytes(ISO_8859_1)).putShort((short) 42).putInt(8).putShort((short) count);
    putSharing(tags, count);
    return tags.array();
  }

  private static void putSharing(ByteBuffer tags, int count) {
    for (int i = 0; i < count; i++) {
      tags.putShort((short) (40_000 + i)).putShort((short) 5).putInt(5000).putInt(0);
    }
  }

  /**
   * The TIFF with another directory, at its end: its own entries, and such as share their bytes.
   */
  private static byte[] tiffWithTags(int count) {
    byte[] tiff = base64(TIFF);
    int entries = 11;
    ByteBuffer tags =
        ByteBuffer.allocate(40_000 + 12 * (entries + count)).order(ByteOrder.LITTLE_ENDIAN);
    tags.put(tiff).putInt(4, tiff.length);
    tags.putShort((short) (entries + count)).put(tiff, 10, 12 * entries);
    putSharing(tags, count);
    return tags.array();
  }

  /** A JPEG with EXIF before all else. */
  private static byte[] withTags(byte[] jpeg, byte[] tags) {
    byte[] header = "\u00ff\u00d8\u00ff\u00e1\0\0Exif\0\0".getBytes(ISO_8859_1);
    ByteBuffer tagged = ByteBuffer.allocate(header.length + tags.length + jpeg.length - 2);
    tagged.put(header).put(tags).put(jpeg, 2, jpeg.length - 2);
    return tagged.putShort(4, (short) (header.length - 4 + tags.length)).array();
  }

  /** A PNG with a chunk more, after its header. */
  private static byte[] withChunk(byte[] png, String type, byte[] data) {
    byte[] content = joined(type, data);
    CRC32 crc = new CRC32();
    crc.update(content);
    int at = 33;
    return ByteBuffer.allocate(png.length + content.length + 8)
        .put(png, 0, at)
        .putInt(data.length)
        .put(content)
        .putInt((int) crc.getValue())
        .put(png, at, png.length - at)
        .array();
  }

  private static byte[] joined(String start, byte[] rest) {
    return ByteBuffer.allocate(start.length() + rest.length)
        .put(start.getBytes(ISO_8859_1))
        .put(rest)
        .array();
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private static byte[] encoded(String format) throws IOException {
    return encoded(new BufferedImage(40, 24, BufferedImage.TYPE_3BYTE_BGR), format);
  }

  private static byte[] png(BufferedImage image) throws IOException {
    return encoded(image, "png");
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, bytes)).isTrue();
    return bytes.toByteArray();
  }

  private static byte[] base64(String file) {
    return Base64.getDecoder().decode(file);
  }
}
