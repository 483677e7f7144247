package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Callers who stall, dribble or go away: they are given up, and all others go on being served. */
@ExtendWith(OutputCaptureExtension.class)
class SlowCallersTest extends ApplicationTest {

  private static final String INFER = "/v2/models/minilm-tensors/infer";

  /** The threads of the web server. */
  private static final int THREADS = 32;

  /** What a busy machine may add to the limits of time that this application has. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Autowired private CamelContext camel;
  @LocalServerPort private int port;

  @AfterEach
  void nothingIsLeftOfThem(CapturedOutput output) {
    await().atMost(PATIENCE).until(() -> camel.getInflightRepository().size() == 0);
    assertThat(output.getAll()).doesNotContain("stack_trace", "Exception", "\tat ");
    assertThat(answerToText().get("degraded").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {THREADS / 2, THREADS + THREADS / 4})
  void serveOthersWhileSomeStall(int callers) throws IOException {
    List<Socket> stalled = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      stalled.add(begin());
    }

    assertThat(http.getForEntity("/v2/health/live", JsonNode.class).getStatusCode().value())
        .isEqualTo(200);
    if (callers < THREADS) {
      assertThat(stalled).allMatch(socket -> isUnanswered(socket));
    }
    for (Socket socket : stalled) {
      assertThat(answer(socket))
          .startsWith("HTTP/1.1 408")
          .contains("{\"error\":\"Request Timeout\"}");
    }
  }

  @Test
  void giveUpOneWhoseBytesComeOneByOne() throws Exception {
    try (Socket socket = begin()) {
      long start = System.nanoTime();
      while (socket.getInputStream().available() == 0) {
        socket.getOutputStream().write(' ');
        Thread.sleep(100);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
      }
      assertThat(answer(socket)).startsWith("HTTP/1.1 408").contains("did not come in time");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
    }
  }

  @Test
  void loseNothingWhenCallersGoAway() throws Exception {
    String body = json.writeValueAsString(Map.of("inputs", inputs(4, 128)));
    for (int i = 0; i < 8; i++) {
      reset(begin());
      Socket whole = open(body.length());
      whole.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
      whole.getOutputStream().flush();
      reset(whole);
    }

    await()
        .atMost(PATIENCE)
        .until(() -> infer(json.writeValueAsString(Map.of("inputs", inputs(1, 4)))) == 200);
  }

  private int infer(String body) {
    HttpHeaders headers = new HttpHeaders();
    headers.setContentType(MediaType.APPLICATION_JSON);
    ResponseEntity<String> response =
        http.postForEntity(INFER, new HttpEntity<>(body, headers), String.class);
    return response.getStatusCode().value();
  }

  private static List<Object> inputs(int texts, int tokens) {
    List<Object> inputs = new ArrayList<>();
    for (String name : List.of("input_ids", "attention_mask", "token_type_ids")) {
      inputs.add(
          Map.of(
              "name",
              name,
              "datatype",
              "INT64",
              "shape",
              List.of(texts, tokens),
              "data",
              Collections.nCopies(texts * tokens, 1)));
    }
    return inputs;
  }

  /** A request of whose body most does not come. */
  private Socket begin() throws IOException {
    Socket socket = open(1000);
    socket.getOutputStream().write("{\"inputs\": [".getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private Socket open(int length) throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(INFER, length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static boolean isUnanswered(Socket socket) {
    try {
      return socket.getInputStream().available() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that comes until the connection ends. */
  private static String answer(Socket socket) throws IOException {
    try (socket) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Ends a connection without a goodbye, as a process does that is killed. */
  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
