package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/** The application on a free port, started once for all tests, and ways to ask it. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "samples.drill=true",
      "gpu-infer.admin.token=" + ApplicationTest.TOKEN,
      // Slow callers would take a minute otherwise.
      "server.tomcat.connection-timeout=3s",
      "gpu-infer.http.body-timeout=4s"
    })
@ActiveProfiles("structured")
// Tests have no Prometheus otherwise.
@AutoConfigureObservability
@Import(Traces.class)
abstract class ApplicationTest {

  static final String TOKEN = "a-token-of-32-characters-for-test";

  @Autowired TestRestTemplate http;

  final ObjectMapper json = new ObjectMapper();

  ObjectNode request(String type) {
    return json.createObjectNode().put("requestId", 7).put("requestType", type);
  }

  ResponseEntity<JsonNode> post(String body) {
    HttpHeaders headers = new HttpHeaders();
    headers.setContentType(MediaType.APPLICATION_JSON);
    return http.postForEntity("/requests", new HttpEntity<>(body, headers), JsonNode.class);
  }

  ResponseEntity<JsonNode> post(ObjectNode request, byte[] file) {
    MultiValueMap<String, Object> parts = new LinkedMultiValueMap<>();
    HttpHeaders asJson = new HttpHeaders();
    asJson.setContentType(MediaType.APPLICATION_JSON);
    parts.add("request", new HttpEntity<>(request.toString(), asJson));
    parts.add("file", new NamedBytes(file));
    return http.postForEntity("/requests", new HttpEntity<>(parts), JsonNode.class);
  }

  JsonNode answer(ResponseEntity<JsonNode> response) {
    assertThat(response.getStatusCode().value()).as(() -> "" + response.getBody()).isEqualTo(200);
    return response.getBody();
  }

  JsonNode answerToText() {
    return answer(
        post(request("text").put("payload", "Where is the package I ordered?").toString()));
  }

  /** The device behind an endpoint, as the application lists it. */
  String device(String endpoint) {
    for (JsonNode serving : http.getForObject("/devices", JsonNode.class).get("serving")) {
      if (serving.get("endpoint").asText().equals(endpoint)) {
        return serving.get("device").asText();
      }
    }
    throw new AssertionError("No endpoint " + endpoint);
  }

  /** A part of a multipart body is a file when it has a name. */
  private static final class NamedBytes extends ByteArrayResource {

    NamedBytes(byte[] bytes) {
      super(bytes);
    }

    @Override
    public String getFilename() {
      return "file";
    }
  }
}
