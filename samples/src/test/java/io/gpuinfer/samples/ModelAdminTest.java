package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.OverloadedException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** An application that has nothing but the protocols' routes, a small model, and a token. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    classes = ModelAdminTest.Application.class,
    properties = {
      "camel.main.routes-include-pattern="
          + "classpath:camel/admin.yaml,classpath:camel/open-inference.yaml,classpath:camel/openai.yaml",
      "gpu-infer.admin.token=" + ModelAdminTest.TOKEN,
      "gpu-infer.open-inference.models=lines,busy,late,gone,faulty",
      "gpu-infer.openai.models=busy,faulty",
      "server.tomcat.connection-timeout=500ms",
      "management.endpoints.enabled-by-default=false"
    })
// The first application of a JVM decides how all of them log.
@ActiveProfiles("structured")
class ModelAdminTest {

  static final String TOKEN = "a-token-of-32-characters-for-test";

  private static final String LINES = "/admin/models/lines";

  @TempDir private static Path repository;

  @Autowired private TestRestTemplate http;

  @LocalServerPort private int port;

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry properties) throws IOException {
    version("1", "classpath:models/ch_ppocr_mobile_v2.0_cls_infer.onnx");
    version("2", "classpath:models/ch_ppocr_mobile_v2.0_cls_infer.onnx");
    version("0", "classpath:models/none.onnx");
    properties.add("camel.component.gpu-infer.model-repository", repository::toString);
    properties.add("camel.component.gpu-infer.device", () -> "cpu");
  }

  private static void version(String version, String model) throws IOException {
    Path folder = Files.createDirectories(repository.resolve("lines").resolve(version));
    Files.writeString(
        folder.resolve("model.yaml"), "task: tensor\nfiles:\n  model: %s\n".formatted(model));
  }

  @EnableAutoConfiguration
  @Import({ProtocolServer.class, ErrorAnswers.class})
  static class Application {

    @Bean
    RouteBuilder routes() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          errorHandler(noErrorHandler());
          from("direct:lines").to("gpu-infer:lines?task=tensor&settings.format=json");
          from("direct:busy")
              .process(e -> fail(new OverloadedException("full", Duration.ofMillis(1200))));
          from("direct:late").process(e -> fail(new DeadlineExceededException("late")));
          from("direct:gone").process(e -> fail(new DeviceOfflineException("gone")));
          from("direct:faulty").process(e -> fail(new IllegalStateException("secret")));
        }

        private void fail(RuntimeException failure) {
          throw failure;
        }
      };
    }
  }

  @BeforeEach
  void theFirstVersionServes() {
    if (!served().equals("1")) {
      assertThat(post(LINES + "/swap", "{\"version\": \"1\"}").getStatusCode().value())
          .isEqualTo(200);
    }
  }

  @Test
  void tellsVersionsAndStates() {
    JsonNode models = get("/admin/models").getBody().get("models");

    assertThat(models).hasSize(1);
    assertThat(models.get(0).get("model").asText()).isEqualTo("lines");
    assertThat(models.get(0).get("available")).hasSize(3);
    assertThat(models.at("/0/serving/0/state").asText()).isEqualTo("STABLE");
    assertThat(models.at("/0/serving/0/versions/served").asText()).isEqualTo("1");
    assertThat(get(LINES).getBody()).isEqualTo(models.get(0));
  }

  @Test
  void changesVersions() {
    assertThat(post(LINES + "/swap", "{\"version\": \"2\"}").getBody().at("/serving/0/versions"))
        .isEqualTo(get(LINES).getBody().at("/serving/0/versions"));
    assertThat(served()).isEqualTo("2");
    assertThat(infer().at("/model_version").asText()).isEqualTo("2");
    assertThat(post(LINES + "/rollback", "").getStatusCode().value()).isEqualTo(200);
    assertThat(infer().at("/model_version").asText()).isEqualTo("1");

    assertThat(post(LINES + "/unload", "").getStatusCode().value()).isEqualTo(200);
    assertThat(ready("/v2/health/ready")).isEqualTo(503);
    assertThat(ready("/v2/models/lines/ready")).isEqualTo(503);
    assertThat(infer().get("error").asText()).contains("lines");
    assertThat(post(LINES + "/load", "{\"version\": \"1\"}").getStatusCode().value())
        .isEqualTo(200);
    assertThat(ready("/v2/models/lines/ready")).isEqualTo(200);
    assertThat(ready("/v2/models/lines/versions/2/ready")).isEqualTo(404);
  }

  @Test
  void saysWhyAChangeCameToNothing() {
    assertRefused(post(LINES + "/swap", "{\"version\": \"0\"}"), 422, "none.onnx");
    assertRefused(post(LINES + "/swap", "{\"version\": \"9\"}"), 422, "9");
    assertRefused(post(LINES + "/swap", "{\"version\": \"../1\"}"), 400, "version");
    assertRefused(post(LINES + "/swap", "{\"version\": 2}"), 400, "'version'");
    assertRefused(post(LINES + "/swap", "{\"verison\": \"2\"}"), 400, "'version'");
    assertRefused(post(LINES + "/swap", "{"), 400, "line 1");
    assertRefused(post(LINES + "/swap", " ".repeat(70_000)), 413, "65536");
    assertRefused(post(LINES + "/status", ""), 404, "path");
    assertRefused(post("/admin/models/nothing/swap", ""), 404, "name");
    assertRefused(get(LINES + "/swap"), 405, "POST");
    assertThat(served()).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "none",
        "''",
        "Bearer",
        "Bearer wrong",
        "Basic " + TOKEN,
        TOKEN,
        "Bearer " + TOKEN + "x",
        "Bearer a-token-of-32-characters-for-tes"
      })
  void tellsNothingWithoutTheToken(String authorization) {
    for (String path : List.of("/admin/models", LINES, "/admin/models/nothing", LINES + "/swap")) {
      HttpHeaders headers = new HttpHeaders();
      if (authorization != null) {
        headers.set(HttpHeaders.AUTHORIZATION, authorization);
      }
      ResponseEntity<String> response =
          http.exchange(path, HttpMethod.GET, new HttpEntity<>(headers), String.class);

      assertThat(response.getStatusCode().value()).isEqualTo(401);
      assertThat(response.getHeaders().getFirst(HttpHeaders.WWW_AUTHENTICATE)).isEqualTo("Bearer");
      assertThat(response.toString()).doesNotContain("lines", "token-of-32");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/models/busy/infer, 429",
    "/v2/models/gone/infer, 503",
    "/v2/models/late/infer, 504",
    "/v2/models/faulty/infer, 500"
  })
  void tellsWhyAModelDidNotAnswer(String path, int status) {
    ResponseEntity<JsonNode> response = post(path, "{}");

    assertThat(response.getStatusCode().value()).isEqualTo(status);
    assertThat(response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER))
        .isEqualTo(status == 429 ? "2" : null);
    assertThat(response.getBody().get("error").asText()).isNotEmpty().doesNotContain("secret");
  }

  @Test
  void tellsItAsOpenAiDoes() {
    ResponseEntity<JsonNode> busy = post("/v1/embeddings", "{\"model\":\"busy\",\"input\":\"a\"}");

    assertThat(busy.getStatusCode().value()).isEqualTo(429);
    assertThat(busy.getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("2");
    assertThat(busy.getBody().at("/error/code").asText()).isEqualTo("rate_limit_exceeded");
    assertThat(
            post("/v1/embeddings", "{\"model\":\"faulty\",\"input\":\"a\"}")
                .getBody()
                .at("/error/type")
                .asText())
        .isEqualTo("server_error");
  }

  @Test
  void waitsForNobodyForEver() throws IOException {
    try (Socket slow = begin()) {
      assertThat(served()).isEqualTo("1");
      slow.setSoTimeout(20_000);
      String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      // Of a connection that is broken, Tomcat writes the rest of the answer itself.
      assertThat(answer).startsWith("HTTP/1.1 408").doesNotContain("Exception");
    }
  }

  @Test
  void outlivesAClientThatIsGone() throws IOException {
    begin().close();

    assertThat(infer().at("/model_version").asText()).isEqualTo("1");
  }

  /** A request of whose body most does not come. */
  private Socket begin() throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    socket
        .getOutputStream()
        .write(
            """
            POST /v2/models/lines/infer HTTP/1.1
            Host: localhost
            Content-Type: application/json
            Content-Length: 1000

            {"inputs": [\
            """
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private String served() {
    return get(LINES).getBody().at("/serving/0/versions/served").asText();
  }

  private int ready(String path) {
    return http.getForEntity(path, JsonNode.class).getStatusCode().value();
  }

  private JsonNode infer() {
    Map<String, Object> input =
        Map.of(
            "name",
            "x",
            "shape",
            List.of(1, 3, 48, 192),
            "datatype",
            "FP32",
            "data",
            Collections.nCopies(3 * 48 * 192, 0));
    return http.postForObject(
        "/v2/models/lines/infer", Map.of("inputs", List.of(input)), JsonNode.class);
  }

  private ResponseEntity<JsonNode> get(String path) {
    return exchange(HttpMethod.GET, path, null);
  }

  private ResponseEntity<JsonNode> post(String path, String body) {
    return exchange(HttpMethod.POST, path, body);
  }

  private ResponseEntity<JsonNode> exchange(HttpMethod method, String path, String body) {
    HttpHeaders headers = new HttpHeaders();
    headers.setBearerAuth(TOKEN);
    headers.set(HttpHeaders.CONTENT_TYPE, "application/json");
    return http.exchange(path, method, new HttpEntity<>(body, headers), JsonNode.class);
  }

  private static void assertRefused(ResponseEntity<JsonNode> response, int status, String reason) {
    assertThat(response.getBody().get("error").asText()).contains(reason);
    assertThat(response.getStatusCode().value()).isEqualTo(status);
  }
}
