package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.component.GpuInferConstants;
import java.io.IOException;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** The profile "structured": JSON lines that carry the id of the request. */
@ExtendWith(OutputCaptureExtension.class)
class StructuredLogTest extends ApplicationTest {

  private static final String FACES = "io.gpuinfer.routes.http.HttpFace";

  @Autowired CamelContext camel;

  @Test
  void carriesTheCallersIdThroughTheRoutes(CapturedOutput output) {
    assertThat(send("order-4711")).isEqualTo("order-4711");

    JsonNode line = lineOf(output, "io.gpuinfer.samples");
    assertThat(line.get("requestId").asText()).isEqualTo("order-4711");
    assertThat(line.at("/camel/routeId").asText()).isEqualTo("requests-json");
    assertThat(line.at("/log/level").asText()).isEqualTo("INFO");
    assertThat(line.get("@timestamp").asText()).isNotEmpty();
    assertThat(line.get("message").asText()).startsWith("Request 7 (text) answered by");
  }

  @Test
  void makesAnIdInPlaceOfOneThatCouldBreakALine(CapturedOutput output) {
    String id = send("a b\"c");

    assertThat(id).matches("[0-9a-f-]{36}");
    assertThat(lineOf(output, "io.gpuinfer.samples").get("requestId").asText()).isEqualTo(id);
  }

  @Test
  void takesTheIdAlongToTheThreadThatDecodedTheAnswer(CapturedOutput output) throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            // No breaker, which would wait for the answer and go on in its caller's thread.
            from("direct:unguarded")
                .to("gpu-infer:minilm?device=cpu")
                .log(LoggingLevel.INFO, "unguarded", "Done");
          }
        });

    camel
        .createProducerTemplate()
        .requestBodyAndHeader(
            "direct:unguarded", "Where is my parcel?", GpuInferConstants.REQUEST_ID, "from-java");

    JsonNode line = lineOf(output, "unguarded");
    assertThat(line.get("requestId").asText()).isEqualTo("from-java");
    assertThat(line.at("/process/thread/name").asText())
        .isNotEqualTo(Thread.currentThread().getName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v2/models/minilm-tensors/infer", "/v1/embeddings", "/admin/models/no/swap"})
  void carriesTheCallersIdThroughTheProtocols(String path, CapturedOutput output) {
    LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
    logging.setLogLevel(FACES, LogLevel.DEBUG);
    HttpHeaders headers = new HttpHeaders();
    headers.setContentType(MediaType.APPLICATION_JSON);
    headers.setBearerAuth(TOKEN);
    headers.set("X-Request-Id", "order-4713");

    HttpHeaders answer =
        http.postForEntity(path, new HttpEntity<>("{\"inputs\": [{}]}", headers), String.class)
            .getHeaders();

    assertThat(answer.get("X-Request-Id")).containsExactly("order-4713");
    JsonNode line = lineOf(output, FACES);
    assertThat(line.get("message").asText()).startsWith("A request is answered with 4");
    assertThat(line.get("requestId").asText()).isEqualTo("order-4713");
    logging.setLogLevel(FACES, null);
  }

  /** Sends a text with an id, and gives back the one that the response has. */
  private String send(String id) {
    HttpHeaders headers = new HttpHeaders();
    headers.setContentType(MediaType.APPLICATION_JSON);
    headers.set("X-Request-Id", id);
    String body = request("text").put("payload", "Where is my parcel?").toString();
    ResponseEntity<JsonNode> response =
        http.postForEntity("/requests", new HttpEntity<>(body, headers), JsonNode.class);
    answer(response);
    return response.getHeaders().getFirst("X-Request-Id");
  }

  private JsonNode lineOf(CapturedOutput output, String logger) {
    return await().until(() -> find(output, logger), Objects::nonNull);
  }

  private JsonNode find(CapturedOutput output, String logger) throws IOException {
    for (String line : output.getOut().split("\n")) {
      if (line.startsWith("{")) {
        JsonNode entry = json.readTree(line);
        if (entry.at("/log/logger").asText().equals(logger)) {
          return entry;
        }
      }
    }
    return null;
  }
}
