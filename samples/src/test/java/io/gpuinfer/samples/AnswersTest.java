package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.samples.media.DemoMedia;
import io.gpuinfer.samples.media.InvoicePage;
import io.gpuinfer.samples.media.MovingTextClip;
import io.gpuinfer.samples.media.StreetSign;
import io.gpuinfer.samples.requests.Answer;
import io.gpuinfer.samples.requests.TextResult;
import io.gpuinfer.samples.requests.UserRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

class AnswersTest extends ApplicationTest {

  @TempDir static Path folder;
  private static DemoMedia media;

  @Autowired GpuHandler handler;

  @BeforeAll
  static void writeMedia() throws Exception {
    media = new DemoMedia(folder);
    media.write();
  }

  @Test
  void answersATextWithTheNearestSentence() {
    JsonNode answer = answerToText();

    JsonNode result = answer.get("result");
    assertThat(result.get("nearest").asText()).startsWith("My parcel has not arrived");
    assertThat(result.get("score").asDouble()).isBetween(0.4, 1.0);
    assertThat(result.get("truncated").asBoolean()).isFalse();
    assertThat(result.has("vector")).isFalse();
    assertThat(answer.get("requestId").asInt()).isEqualTo(7);
    assertThat(answer.get("requestType").asText()).isEqualTo("text");
    assertThat(answer.get("modelVersion").asText()).isEqualTo("1");
    assertThat(answer.get("degraded").asBoolean()).isFalse();
    assertThat(answer.get("state").asText()).isEqualTo("STABLE");
    assertThat(answer.get("queueMillis").asDouble()).isNotNegative();
    assertThat(answer.get("computeMillis").asDouble()).isPositive();
    assertThat(device("gpu-infer://minilm")).contains(answer.get("device").asText());
  }

  @Test
  void answersTheVectorOnRequest() {
    JsonNode request = request("text").put("payload", "A man is eating food.").put("vector", true);

    JsonNode vector = answer(post(request.toString())).get("result").get("vector");

    assertThat(vector).hasSize(384);
    double squares = 0;
    for (JsonNode element : vector) {
      squares += element.asDouble() * element.asDouble();
    }
    assertThat(squares).isCloseTo(1, within(1e-4));
  }

  @Test
  void saysWhenATextWasCutToTheLengthOfTheModel() {
    String text = "The parcel has not arrived. ".repeat(500);

    JsonNode answer = answer(post(request("text").put("payload", text).toString()));

    assertThat(answer.get("result").get("truncated").asBoolean()).isTrue();
  }

  @Test
  void readsAPictureInJson() throws Exception {
    JsonNode request = request("image").put("payload", Files.readAllBytes(media.invoice()));

    JsonNode answer = answer(post(request.toString()));

    assertThat(lines(answer.get("result"))).containsExactlyElementsOf(InvoicePage.lines());
    JsonNode first = answer.get("result").get("lines").get(0);
    assertThat(first.get("score").asDouble()).isGreaterThan(0.9);
    assertThat(first.get("box")).hasSize(4);
    assertThat(first.get("box").get(0).get("x").asDouble()).isCloseTo(60, within(15.0));
    assertThat(device("gpu-infer://ppocr")).contains(answer.get("device").asText());
  }

  @Test
  void readsAPictureBesideTheJson() throws Exception {
    JsonNode answer = answer(post(request("image"), Files.readAllBytes(media.streetSign())));

    assertThat(lines(answer.get("result"))).containsExactlyElementsOf(StreetSign.lines());
  }

  @Test
  void readsTheFramesOfAClip() throws Exception {
    JsonNode answer =
        answer(post(request("video").put("fps", 2), Files.readAllBytes(media.clip())));

    JsonNode frames = answer.get("result").get("frames");
    assertThat(frames).hasSize(6);
    for (int i = 0; i < 6; i++) {
      assertThat(frames.get(i).get("millis").asDouble()).isCloseTo(i * 500, within(90.0));
      assertThat(lines(frames.get(i))).containsExactly(MovingTextClip.lines().get(i / 2));
    }
    assertThat(answer.get("computeMillis").asDouble()).isPositive();
  }

  @Test
  void answersJavaCodeOverTheSameRoute() {
    Answer answer = handler.processRequest(UserRequest.ofText(3, "The cat is asleep."));

    assertThat(answer.requestId()).isEqualTo(3);
    assertThat(answer.result()).isInstanceOf(TextResult.class);
    assertThat(((TextResult) answer.result()).nearest()).startsWith("The cat sleeps");
  }

  private static List<String> lines(JsonNode page) {
    List<String> lines = new ArrayList<>();
    page.get("lines").forEach(line -> lines.add(line.get("text").asText()));
    return lines;
  }
}
