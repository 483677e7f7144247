package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.embedding.Embedding;
import io.gpuinfer.tasks.image.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import org.apache.camel.TypeConverter;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The converters as Camel finds them: by the generated loader, through its registry. */
class GpuInferConverterTest {

  private static DefaultCamelContext context;
  private static TypeConverter converter;

  @BeforeAll
  static void start() {
    context = new DefaultCamelContext();
    context.start();
    converter = context.getTypeConverter();
  }

  @AfterAll
  static void stop() {
    context.stop();
  }

  @Test
  void shouldTakeNumbersOfAnyKindAsFloats() {
    assertThat(converter.convertTo(float[].class, List.of(1, 2.5, 3L))).containsExactly(1, 2.5f, 3);
    assertThat(converter.convertTo(float[].class, new double[] {0.5, -1}))
        .containsExactly(0.5f, -1);
    assertThat(converter.convertTo(float[].class, new int[] {7, 8})).containsExactly(7, 8);
  }

  @Test
  void shouldTakeNumbersBetweenCommasAsFloats() {
    assertThat(converter.convertTo(float[].class, "1, 2.5,-3e2")).containsExactly(1, 2.5f, -300);
    assertThat(converter.convertTo(float[].class, " [ 1 , 2 ] ")).containsExactly(1, 2);
  }

  /** Looked for from each of the spaces, the comma takes 20 seconds. */
  @Test
  @Timeout(3)
  void shouldRefuseALongTextThatIsNoNumberAtOnce() {
    String spaces = " ".repeat(80_000);
    assertThat(GpuInferConverter.toFloats("1" + spaces + "," + spaces + "2")).containsExactly(1, 2);
    assertThatThrownBy(() -> GpuInferConverter.toFloats("1" + spaces + "2"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Element 0")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(100));
    assertThatThrownBy(() -> GpuInferConverter.toFloats("1,".repeat(1 << 25) + "1"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("over the limit");
    assertThatThrownBy(() -> GpuInferConverter.toFloats("1,2,"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Element 2");
  }

  @Test
  void shouldNameTheElementThatIsNoNumber() {
    assertThatThrownBy(() -> GpuInferConverter.toFloats("1, two"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Element 1")
        .hasMessageContaining("two");
    assertThatThrownBy(() -> GpuInferConverter.toFloats(Arrays.asList(1, null)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Element 1");
  }

  @Test
  void shouldTakeTensorsAndFloatsForEachOther() {
    Tensor tensor = converter.convertTo(Tensor.class, new float[] {1, 2, 3});
    assertThat(tensor.shape()).containsExactly(3);
    assertThat(converter.convertTo(float[].class, tensor)).containsExactly(1, 2, 3);
    assertThat(converter.convertTo(float[].class, Tensor.of(new long[] {4, 5}, 2)))
        .containsExactly(4, 5);
  }

  @Test
  void shouldGiveVectorsAsFloatsAndAsLists() {
    Embedding embedding = new Embedding("m/1", 2, 3, false, new float[] {0.6f, 0.8f});

    assertThat(converter.convertTo(float[].class, embedding)).containsExactly(0.6f, 0.8f);
    Object list = converter.convertTo(List.class, new float[] {1, 2});
    assertThat(list).isEqualTo(List.of(1f, 2f));
  }

  @Test
  void shouldDecodePicturesFromBytesStreamsFilesAndImages(@TempDir Path folder) throws IOException {
    byte[] png = picture(20, 10);
    File file = Files.write(folder.resolve("a.png"), png).toFile();

    BufferedImage image = ImageIO.read(file);

    for (Object source : List.of(png, new ByteArrayInputStream(png), file, image)) {
      Picture picture = converter.convertTo(Picture.class, source);
      assertThat(picture.width()).isEqualTo(20);
      assertThat(picture.height()).isEqualTo(10);
    }
  }

  @Test
  void shouldCloseTheStreamOfAPicture() throws IOException {
    AtomicBoolean closed = new AtomicBoolean();
    InputStream stream =
        new FilterInputStream(new ByteArrayInputStream(picture(4, 4))) {
          @Override
          public void close() {
            closed.set(true);
          }
        };

    GpuInferConverter.toPicture(stream);

    assertThat(closed).isTrue();
  }

  @Test
  void shouldRefuseWhatIsNoPicture() {
    assertThatThrownBy(() -> GpuInferConverter.toPicture(new byte[] {1, 2, 3}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no picture");
  }

  @Test
  void shouldRefuseADamagedPicture() throws IOException {
    byte[] png = picture(64, 64);
    assertThatThrownBy(() -> GpuInferConverter.toPicture(Arrays.copyOf(png, 60)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void shouldRefuseAPictureOverThePixelLimitBeforeDecodingIt() throws IOException {
    byte[] png = picture(8, 8);
    // Width and height stand at bytes 16 and 20 of a PNG; the pixels that are there stay few.
    System.arraycopy(new byte[] {0, 1, 0, 0, 0, 1, 0, 0}, 0, png, 16, 8);

    assertThatThrownBy(() -> GpuInferConverter.toPicture(png))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("65536 × 65536");
  }

  private static byte[] picture(int width, int height) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", png);
    return png.toByteArray();
  }
}
