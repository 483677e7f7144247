package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.classification.Classification;
import io.gpuinfer.tasks.image.GraphBuilder;
import io.gpuinfer.tasks.image.Picture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Pictures through routes: made of others without a model, and classified. */
@TestInstance(Lifecycle.PER_CLASS)
class PictureRouteTest extends CamelTestSupport {

  @TempDir static Path repository;

  /** A model that tells how much there is of each colour: the mean level of each channel. */
  @BeforeAll
  static void writeModels() throws IOException {
    Path colours = Files.createDirectories(repository.resolve("colours/1"));
    GraphBuilder means = new GraphBuilder("means");
    means.input("pixels", DataType.FLOAT32, "n", 3, "height", "width");
    means.node("GlobalAveragePool", "means", "pixels");
    means.output("means", DataType.FLOAT32, "n", 3, 1, 1);
    try (InputStream model = means.source().opener().open()) {
      Files.copy(model, colours.resolve("model.onnx"));
    }
    Files.writeString(colours.resolve("names.txt"), "red\ngreen\nblue\n");
    Files.writeString(
        colours.resolve("model.yaml"),
        """
        task: classification
        files:
          model: model.onnx
          labels: names.txt
        preprocessing:
          preset: raw
          width: 8
          height: 8
          scale: 0.00392156862745098
        settings:
          topK: 2
          activation: none
        """);
    Path direction = Files.createDirectories(repository.resolve("direction/1"));
    Files.writeString(direction.resolve("labels.txt"), "upright\nupside down\n");
    Files.writeString(
        direction.resolve("model.yaml"),
        """
        task: classification
        files:
          model: classpath:models/ch_ppocr_mobile_v2.0_cls_infer.onnx
          labels: labels.txt
        preprocessing:
          preset: mobilenet
          width: 192
          height: 48
          channels: bgr
        """);
    Path thumbnails = Files.createDirectories(repository.resolve("thumbnails/1"));
    Files.writeString(
        thumbnails.resolve("model.yaml"),
        """
        task: image
        settings:
          steps: [thumbnail 16, gray]
          format: png
        """);
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        ((GpuInferComponent) getContext().getComponent("gpu-infer"))
            .setModelRepository(repository.toString());
        from("direct:edit")
            .to(
                "gpu-infer:half?device=cpu&task=image&settings.steps=fit 32x32,blur 1.5"
                    + "&settings.format=jpeg");
        from("direct:tensor")
            .to("gpu-infer:tensor?device=cpu&task=image&settings.steps=normalize ultraface");
        from("direct:described").to("gpu-infer:thumbnails?device=cpu");
        from("direct:direction").to("gpu-infer:direction?device=cpu");
        from("direct:turned")
            .to(
                "gpu-infer:turn?device=cpu&task=image&settings.steps=rotate 180"
                    + "&settings.format=picture")
            .to("gpu-infer:direction?device=cpu");
        from("direct:classify").to("gpu-infer:colours?device=cpu");
      }
    };
  }

  @Test
  void shouldMakeAPictureOfAPictureWithoutAModel() throws IOException {
    Exchange answer = send("direct:edit", png());

    BufferedImage image = read(answer.getMessage().getBody(byte[].class));
    assertThat(image.getWidth()).isEqualTo(32);
    assertThat(image.getHeight()).isEqualTo(16);
    assertThat(new Color(image.getRGB(4, 8)).getRed()).isGreaterThan(240);
    assertThat(new Color(image.getRGB(28, 8)).getBlue()).isGreaterThan(240);
    assertThat(answer.getMessage().getHeaders())
        .containsEntry(GpuInferConstants.WIDTH, 32)
        .containsEntry(GpuInferConstants.HEIGHT, 16)
        .containsEntry(GpuInferConstants.MEDIA_TYPE, "image/jpeg")
        .containsEntry(GpuInferConstants.DEVICE_SHARE, 1.0);
  }

  @Test
  void shouldMakeATensorForAModelOfAnotherRoute() {
    Tensor tensor = send("direct:tensor", png()).getMessage().getBody(Tensor.class);

    assertThat(tensor.shape()).containsExactly(1, 3, 32, 64);
    assertThat(tensor.doubleAt(0)).isCloseTo(1, within(1e-6));
  }

  @Test
  void shouldTakeStepsFromADescription() throws IOException {
    BufferedImage image = read(send("direct:described", png()).getMessage().getBody(byte[].class));

    assertThat(image.getWidth()).isEqualTo(16);
    assertThat(new Color(image.getRGB(2, 4))).isEqualTo(new Color(76, 76, 76));
  }

  @Test
  void shouldClassifyPictures() {
    List<?> two =
        send("direct:classify", List.of(png(), solid(Color.GREEN)))
            .getMessage()
            .getBody(List.class);

    assertThat((List<?>) two.get(0)).hasSize(2).hasToString("[red 0.625, blue 0.375]");
    Classification likeliest = (Classification) ((List<?>) two.get(1)).get(0);
    assertThat(likeliest).isEqualTo(new Classification("green", 1, likeliest.probability()));
    assertThat(likeliest.probability()).isCloseTo(1, within(1e-6));
  }

  /** PP-OCR's model tells whether a line of text stands on its head. */
  @Test
  void shouldTellWhichWayUpALineOfTextIs() {
    BufferedImage line = OcrRouteTest.hill();

    List<?> upright = send("direct:direction", line).getMessage().getBody(List.class);
    List<?> turned = send("direct:turned", line).getMessage().getBody(List.class);

    assertThat(upright.get(0)).extracting("label").isEqualTo("upright");
    assertThat(turned.get(0)).extracting("label").isEqualTo("upside down");
  }

  @Test
  void shouldRefuseWhatIsNoPicture() {
    for (String route : List.of("direct:edit", "direct:classify")) {
      assertThatThrownBy(() -> template.requestBody(route, new byte[] {1, 2, 3}))
          .isInstanceOf(CamelExecutionException.class)
          .hasCauseInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void shouldSayWhereAStepIsWrong() {
    assertThatThrownBy(
            () ->
                template.requestBody(
                    "gpu-infer:wrong?device=cpu&task=image&settings.steps=sharpen 2", png()))
        .hasStackTraceContaining("option settings.steps")
        .hasStackTraceContaining("thumbnail N");
  }

  @Test
  void shouldStillLookForModelsThatOtherTasksNeed() {
    assertThatThrownBy(
            () -> template.requestBody("gpu-infer:none?device=cpu&task=classification", png()))
        .hasStackTraceContaining("There is no model 'none'");
    assertThatThrownBy(() -> template.requestBody("gpu-infer:none?device=cpu", png()))
        .hasStackTraceContaining("There is no model 'none'");
  }

  @Test
  void shouldConvertPictures() {
    Picture picture = Picture.of(image());

    BufferedImage image = context.getTypeConverter().convertTo(BufferedImage.class, picture);

    assertThat(image.getRGB(0, 0) & 0xffffff).isEqualTo(0xff0000);
    assertThat(image.getRGB(63, 31) & 0xffffff).isEqualTo(0x0000ff);
  }

  private Exchange send(String route, Object body) {
    Exchange answer = template.request(route, exchange -> exchange.getMessage().setBody(body));
    assertThat(answer.getException()).isNull();
    return answer;
  }

  /** Five eighths red on the left, blue on the right. */
  private static BufferedImage image() {
    BufferedImage image = solid(Color.RED);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.BLUE);
    graphics.fillRect(40, 0, 24, 32);
    graphics.dispose();
    return image;
  }

  private static BufferedImage solid(Color color) {
    BufferedImage image = new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(0, 0, 64, 32);
    graphics.dispose();
    return image;
  }

  private static byte[] png() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image(), "png", bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static BufferedImage read(byte[] file) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(file));
  }
}
