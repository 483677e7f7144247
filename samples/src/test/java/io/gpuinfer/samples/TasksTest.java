package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.samples.media.InvoicePage;
import io.gpuinfer.samples.media.MovingTextClip;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** The routes that the demo shows, one for each task. */
class TasksTest extends ApplicationTest {

  @Test
  void shouldEmbedAText() {
    assertThat(result("embedding", text("Where is the package I ordered?"))).hasSize(384);
  }

  @Test
  void shouldRankDocuments() {
    JsonNode ranked =
        result(
            "rerank",
            text(
                """
                {"query": "When can I send something back?", "documents": [
                  "Bread rises because yeast turns sugar into gas.",
                  "Goods may be returned within 30 days of purchase."]}
                """));

    assertThat(ranked.get(0).get("index").asInt()).isEqualTo(1);
  }

  @Test
  void shouldCutALineOutAndSeeThatItIsUpsideDown() throws Exception {
    ResponseEntity<byte[]> cut =
        http.postForEntity("/tasks/image", png(InvoicePage.render()), byte[].class);

    assertThat(cut.getHeaders().getContentType()).isEqualTo(MediaType.IMAGE_PNG);
    BufferedImage headline = ImageIO.read(new ByteArrayInputStream(cut.getBody()));
    assertThat(headline.getWidth()).isEqualTo(480);
    assertThat(headline.getHeight()).isEqualTo(70);
    assertThat(result("classification", cut.getBody()).get(0).get("label").asText())
        .isEqualTo("upside down");
  }

  @Test
  void shouldReadAPage() throws Exception {
    assertThat(result("ocr", png(InvoicePage.render())).asText())
        .contains("Northwind Instruments Ltd")
        .contains("EUR 540.10");
  }

  @Test
  void shouldTellWhenATextIsShown(@TempDir Path folder) throws Exception {
    Path clip = folder.resolve("clip.mp4");
    MovingTextClip.write(clip);

    JsonNode segments = result("video", Files.readAllBytes(clip));

    assertThat(StreamSupport.stream(segments.spliterator(), false))
        .extracting(segment -> segment.get("value").asText())
        .containsExactlyElementsOf(MovingTextClip.lines());
    assertThat(segments.get(1).get("startSeconds").asDouble()).isEqualTo(1);
    assertThat(segments.get(1).get("endSeconds").asDouble()).isEqualTo(2);
  }

  /** The clip, six hundred times as long. */
  @Test
  void shouldNotReadClipsOfAnyLength(@TempDir Path folder) throws Exception {
    Path clip = folder.resolve("long.mp4");
    MovingTextClip.write(clip);
    byte[] bytes = Files.readAllBytes(clip);
    // The media's time and the movie's: version and flags, two times, the time scale
    for (String box : List.of("mdhd", "mvhd")) {
      int scale = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(box) + 4 + 12;
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      buffer.putInt(scale, buffer.getInt(scale) / 600);
    }

    assertThat(http.postForEntity("/tasks/video", bytes, String.class).getBody())
        .contains("over the limit of 600 s");
  }

  @Test
  void shouldSpeakTheOpenInferenceProtocol() {
    String tensor = "{\"name\": \"%s\", \"shape\": [1, 3], \"datatype\": \"INT64\", \"data\": %s}";
    String inputs =
        String.join(
            ",",
            tensor.formatted("input_ids", "[101, 7592, 102]"),
            tensor.formatted("attention_mask", "[1, 1, 1]"),
            tensor.formatted("token_type_ids", "[0, 0, 0]"));

    JsonNode output =
        result("tensor", text("{\"inputs\": [" + inputs + "]}")).get("outputs").get(0);

    assertThat(output.get("name").asText()).isEqualTo("last_hidden_state");
    assertThat(output.get("data")).hasSize(3 * 384);
  }

  @Test
  void shouldPriceAnOptionByAKernel() {
    JsonNode estimate =
        result(
            "kernel",
            text(
                """
                {"spot": 100, "strike": 105, "rate": 0.05, "volatility": 0.2, "years": 1,
                 "items": 256, "pathsPerItem": 256, "seed": 1}
                """));

    // What Black and Scholes' formula has.
    double error = 4 * estimate.get("standardError").asDouble();
    assertThat(estimate.get("value").asDouble()).isBetween(8.0214 - error, 8.0214 + error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rerank         | no JSON | InvalidInput | 400",
        "classification | noise   | InvalidInput | 400",
        "image          | noise   | InvalidInput | 400",
        "ocr            | noise   | InvalidInput | 400",
        "video          | noise   | InvalidInput | 400",
        "tensor         | {}      | InvalidInput | 400",
        "kernel         | {       | InvalidInput | 400",
        "kernel         | {}      | InvalidInput | 400",
        "poem           | {}      | NotFound     | 404",
      })
  void shouldRefuseWhatATaskDoesNotTake(String task, String body, String type, int status) {
    JsonNode error = http.postForObject("/tasks/" + task, text(body), JsonNode.class);

    assertThat(error.get("status").asInt()).as(() -> "" + error).isEqualTo(status);
    assertThat(error.get("type").asText()).isEqualTo(type);
  }

  @Test
  void shouldRefuseAFileOverTheLimit() {
    JsonNode error = http.postForObject("/tasks/ocr", new byte[(32 << 20) + 1], JsonNode.class);

    assertThat(error.get("status").asInt()).as(() -> "" + error).isEqualTo(413);
  }

  private JsonNode result(String task, byte[] body) {
    return answer(http.postForEntity("/tasks/" + task, body, JsonNode.class)).get("result");
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] png(BufferedImage image) throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }
}
