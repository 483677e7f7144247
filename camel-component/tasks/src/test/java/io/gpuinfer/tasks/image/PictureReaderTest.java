package io.gpuinfer.tasks.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.InvalidInputException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureReaderTest {

  private final PictureReader reader = new PictureReader(PictureReader.DEFAULT_MAX_PIXELS);

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "jpg", "tiff"})
  void shouldReadTheCommonFormats(String format) throws IOException {
    Picture picture = reader.read(encode(format));

    assertThat(picture.width()).isEqualTo(64);
    assertThat(picture.height()).isEqualTo(48);
    assertThat(picture.rgb(10, 10) >> 16).isGreaterThan(240);
    assertThat(picture.rgb(10, 10) & 0xff).isLessThan(15);
    assertThat(picture.rgb(50, 10) & 0xff).isGreaterThan(240);
  }

  @Test
  void shouldReadFromWhateverHoldsThePicture(@TempDir Path folder) throws IOException {
    byte[] png = encode("png");
    Path file = Files.write(folder.resolve("a.png"), png);

    for (Object body :
        new Object[] {
          png, new ByteArrayInputStream(png), file, file.toFile(), image(), Picture.of(image())
        }) {
      assertThat(reader.read(body).pixels()).isEqualTo(Picture.of(image()).pixels());
    }
  }

  /** One pixel, as libwebp encodes it without loss. */
  @Test
  void shouldReadWebP() {
    byte[] webp = Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");

    assertThat(reader.read(webp).width()).isEqualTo(1);
  }

  @Test
  void shouldReadPrintersJpeg() throws IOException {
    WritableRaster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 32, 32, 4, null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(new IIOImage(inks, null, null));
    } finally {
      writer.dispose();
    }

    assertThat(reader.read(bytes.toByteArray()).width()).isEqualTo(32);
  }

  @Test
  void shouldRefuseAPictureOverTheLimitBeforeDecodingIt() throws IOException {
    byte[] header = Arrays.copyOf(pngHeader(50_000, 50_000), 4096);

    assertThatThrownBy(() -> reader.read(header))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("50000 × 50000")
        .hasMessageContaining("40000000");
    assertThatThrownBy(() -> new PictureReader(3000).read(image()))
        .isInstanceOf(InvalidInputException.class);
    assertThat(new PictureReader(64 * 48).read(encode("png")).width()).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "jpg", "tiff"})
  void shouldRefuseAPictureThatIsCutOff(String format) throws IOException {
    byte[] whole = encode(format);

    assertThatThrownBy(() -> reader.read(Arrays.copyOf(whole, whole.length * 2 / 3)))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> reader.read(Arrays.copyOf(whole, 40)))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void shouldRefuseWhatIsNoPicture(@TempDir Path folder) {
    byte[] noise = new byte[2000];
    new Random(3).nextBytes(noise);
    for (Object body :
        new Object[] {
          new byte[0],
          noise,
          "hello".getBytes(StandardCharsets.UTF_8),
          new ByteArrayInputStream(new byte[0]),
          folder.resolve("none.png"),
          folder,
          "hello",
          42
        }) {
      assertThatThrownBy(() -> reader.read(body)).isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> reader.read(null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("nothing");
  }

  /** Damage anywhere gives a picture or an exception of the right type, never another one. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "jpg", "tiff"})
  void shouldSurviveFlippedBytes(String format) throws IOException {
    byte[] whole = encode(format);
    Random random = new Random(11);
    for (int i = 0; i < 200; i++) {
      byte[] damaged = whole.clone();
      for (int j = 0; j < 3; j++) {
        damaged[random.nextInt(Math.min(damaged.length, 200))] = (byte) random.nextInt();
      }
      try {
        assertThat(reader.read(damaged).width()).isPositive();
      } catch (InvalidInputException expected) {
        assertThat(expected).hasMessageContaining("picture");
      }
    }
  }

  private static BufferedImage image() {
    BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, 32, 48);
    graphics.setColor(Color.BLUE);
    graphics.fillRect(32, 0, 32, 48);
    graphics.dispose();
    return image;
  }

  private static byte[] encode(String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image(), format, bytes)).isTrue();
    return bytes.toByteArray();
  }

  /** The start of a PNG file that claims a size. */
  private static byte[] pngHeader(int width, int height) {
    ByteBuffer chunk = ByteBuffer.allocate(17);
    chunk.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height);
    chunk.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(chunk.array());
    return ByteBuffer.allocate(33)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put(chunk.array())
        .putInt((int) crc.getValue())
        .array();
  }
}
