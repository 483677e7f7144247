package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.ocr.OcrResult;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of all kinds through a route to PP-OCR, and their text back. */
@TestInstance(Lifecycle.PER_CLASS)
class OcrRouteTest extends CamelTestSupport {

  @TempDir static Path folder;

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:read").to("gpu-infer:ppocr?device=cpu");
        from("direct:read-on-device").to("gpu-infer:ppocr?device=opencl");
        from("file:" + folder + "?initialDelay=0&delay=20")
            .to("gpu-infer:ppocr?device=cpu")
            .to("mock:file");
      }
    };
  }

  @Test
  void shouldReadPicturesHoweverTheyCome() throws IOException {
    BufferedImage image = hill();
    byte[] png = png(image);
    Path file = Files.write(Files.createTempFile("hill", ".png"), png);

    for (Object body :
        List.of(
            image, png, new ByteArrayInputStream(png), file, file.toFile(), Picture.of(image))) {
      assertThat(read(body)).isEqualTo("HILL");
    }
    Files.delete(file);
  }

  @Test
  void shouldReadTheSameOnAnOpenClDevice() {
    assertThat(template.requestBody("direct:read-on-device", hill(), OcrResult.class).text())
        .isEqualTo("HILL");
  }

  @Test
  void shouldReadAConsumedFile() throws Exception {
    MockEndpoint mock = getMockEndpoint("mock:file");
    mock.expectedMessageCount(1);

    Files.write(folder.resolve("hill.png"), png(hill()));

    mock.assertIsSatisfied();
    OcrResult result = mock.getExchanges().get(0).getMessage().getBody(OcrResult.class);
    assertThat(result.text()).isEqualTo("HILL");
  }

  @Test
  void shouldAnswerAListInItsOrder() throws IOException {
    BufferedImage blank = paper();

    List<?> results = template.requestBody("direct:read", List.of(blank, png(hill())), List.class);

    assertThat(results)
        .extracting(result -> ((OcrResult) result).text())
        .containsExactly("", "HILL");
  }

  @Test
  void shouldRefuseWhatIsNoPictureAndReadTheNext() throws IOException {
    assertRefused(new byte[] {1, 2, 3});
    assertRefused(new byte[0]);
    assertRefused("/etc/hostname");
    assertRefused(List.of());

    assertThat(read(hill())).isEqualTo("HILL");
  }

  private void assertRefused(Object body) {
    assertThatThrownBy(() -> read(body)).cause().isInstanceOf(InvalidInputException.class);
  }

  private String read(Object body) {
    return template.requestBody("direct:read", body, OcrResult.class).text();
  }

  private static BufferedImage paper() {
    BufferedImage image = new BufferedImage(400, 160, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setBackground(Color.WHITE);
    graphics.clearRect(0, 0, 400, 160);
    graphics.dispose();
    return image;
  }

  /** HILL in letters made of bars, since a machine may have no fonts. */
  static BufferedImage hill() {
    BufferedImage image = paper();
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.BLACK);
    int[][] bars = {
      {100, 50, 8, 60},
      {132, 50, 8, 60},
      {100, 76, 40, 8},
      {158, 50, 8, 60},
      {184, 50, 8, 60},
      {184, 102, 34, 8},
      {234, 50, 8, 60},
      {234, 102, 34, 8}
    };
    for (int[] bar : bars) {
      graphics.fillRect(bar[0], bar[1], bar[2], bar[3]);
    }
    graphics.dispose();
    return image;
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }
}
