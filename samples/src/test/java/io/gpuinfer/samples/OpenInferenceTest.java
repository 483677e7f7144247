package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.yaml.snakeyaml.Yaml;

/** The Open Inference Protocol as the application speaks it. */
class OpenInferenceTest extends ApplicationTest {

  /** The protocol's OpenAPI description, which KServe publishes. */
  private static final Path DESCRIPTION =
      Path.of(
          System.getProperty(
              "open-inference.description", "../../shared/specs/open_inference_rest.yaml"));

  private static final String MODEL = "/v2/models/minilm-tensors";

  private static final String REQUEST =
      """
      {"id": "42", "inputs": [
        {"name": "input_ids", "shape": [1, 4], "datatype": "INT64", "data": [101, 7592, 2088, 102]},
        {"name": "attention_mask", "shape": [1, 4], "datatype": "INT64", "data": [[1, 1, 1, 1]]},
        {"name": "token_type_ids", "shape": [1, 4], "datatype": "INT64", "data": [0, 0, 0, 0]}]}
      """;

  @Autowired private ProducerTemplate routes;

  @Test
  void saysWhatItIs() throws IOException {
    assertThat(get("/v2", "metadata_server_response").get("name").asText()).isEqualTo("gpu-infer");
    assertThat(get("/v2/health/live", null).get("live").asBoolean()).isTrue();
    assertThat(get("/v2/health/ready", null).get("ready").asBoolean()).isTrue();
    assertThat(get(MODEL + "/ready", null).get("ready").asBoolean()).isTrue();
  }

  @Test
  void describesAModel() throws IOException {
    JsonNode model = get(MODEL, "metadata_model_response");
    String version = model.get("versions").get(0).asText();

    assertThat(model.get("name").asText()).isEqualTo("minilm-tensors");
    assertThat(model.get("inputs").get(0))
        .isEqualTo(
            json.readTree(
                "{\"name\": \"input_ids\", \"datatype\": \"INT64\", \"shape\": [-1, -1]}"));
    assertThat(model.get("outputs").get(0).get("name").asText()).isEqualTo("last_hidden_state");
    assertThat(get(MODEL + "/versions/" + version, "metadata_model_response")).isEqualTo(model);
  }

  @Test
  void givesTheNumbersOfTheRoute() throws IOException {
    JsonNode own =
        json.readTree(routes.requestBody("direct:minilm-tensors", REQUEST, String.class));

    JsonNode answer = checked(infer(MODEL + "/infer", REQUEST), 200, "inference_response");

    assertThat(answer).isEqualTo(own);
    assertThat(answer.get("outputs").get(0).get("data")).hasSize(4 * 384);
    String version = answer.get("model_version").asText();
    assertThat(infer(MODEL + "/versions/" + version + "/infer", REQUEST).getBody()).isEqualTo(own);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                                                   | JSON object",
        "`{\"inputs\": [`                                                     | line 1",
        "`[]`                                                                 | object",
        "`{\"inputs\": []}`                                                   | no inputs",
        "`{\"inputs\": [{\"name\": \"input_ids\", \"shape\": [1, 1], \"datatype\": \"FP32\","
            + " \"data\": [1.5]}]}`                                           | input_ids",
        "`{\"inputs\": [{\"name\": \"input_ids\", \"shape\": [1, 2], \"datatype\": \"INT64\","
            + " \"data\": [1]}]}`                                             | input_ids",
        "`{\"inputs\": [{\"name\": \"input_ids\", \"shape\": [1, 1], \"datatype\": \"BYTES\","
            + " \"data\": [\"a\"]}]}`                                         | BYTES",
        "`{\"inputs\": [{\"name\": \"pixels\", \"shape\": [1], \"datatype\": \"INT64\","
            + " \"data\": [1]}]}`                                             | pixels",
      })
  void refusesWhatIsNoRequest(String body, String reason) throws IOException {
    JsonNode error = checked(infer(MODEL + "/infer", body), 400, "inference_error_response");

    assertThat(error.get("error").asText()).contains(reason).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/models/nothing/infer",
    "/v2/models/nothing/versions/1/infer",
    "/v2/models/minilm-tensors/versions/999/infer",
    "/v2/models/minilm/infer",
    "/v2/models/file:a.onnx/infer",
    "/v2/models/minilm-tensors/nothing",
    "/v2/nothing"
  })
  void knowsNoOtherModelsVersionsAndPaths(String path) throws IOException {
    checked(infer(path, REQUEST), 404, "inference_error_response");
  }

  @Test
  void refusesOtherMethodsMediaTypesAndLongBodies() throws IOException {
    checked(http.getForEntity(MODEL + "/infer", JsonNode.class), 405, "inference_error_response");
    for (MediaType type :
        List.of(
            MediaType.TEXT_PLAIN,
            MediaType.APPLICATION_OCTET_STREAM,
            MediaType.APPLICATION_FORM_URLENCODED)) {
      assertThat(post(MODEL + "/infer", REQUEST, type).getStatusCode().value()).isEqualTo(415);
    }
    checked(infer(MODEL + "/infer", " ".repeat(1 << 25) + "{}"), 413, "inference_error_response");
  }

  @Test
  void keepsHeadersOfRequestsToItself() {
    HttpHeaders headers = new HttpHeaders();
    headers.setContentType(MediaType.APPLICATION_JSON);
    headers.setBearerAuth("secret");
    headers.set("CamelGpuInferTimeout", "0");
    ResponseEntity<JsonNode> response =
        http.exchange(
            MODEL + "/infer?model=a",
            HttpMethod.POST,
            new HttpEntity<>(REQUEST, headers),
            JsonNode.class);

    assertThat(response.getStatusCode().value()).isEqualTo(200);
    assertThat(response.getHeaders().toString())
        .doesNotContain("secret")
        .doesNotContainIgnoringCase("camel");
  }

  private JsonNode get(String path, String schema) throws IOException {
    return checked(http.getForEntity(path, JsonNode.class), 200, schema);
  }

  private ResponseEntity<JsonNode> infer(String path, String body) {
    return post(path, body, MediaType.APPLICATION_JSON);
  }

  private ResponseEntity<JsonNode> post(String path, String body, MediaType type) {
    HttpHeaders headers = new HttpHeaders();
    headers.setContentType(type);
    return http.postForEntity(
        URI.create(http.getRootUri() + path), new HttpEntity<>(body, headers), JsonNode.class);
  }

  /**
   * The body of a response, which has a status and is as the description says where it is there.
   */
  private JsonNode checked(ResponseEntity<JsonNode> response, int status, String schema)
      throws IOException {
    JsonNode body = response.getBody();
    assertThat(response.getStatusCode().value()).as(() -> "" + body).isEqualTo(status);
    assertThat(response.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
    if (schema != null && Files.exists(DESCRIPTION)) {
      assertThat(mistakes(body, schema)).isEmpty();
    }
    return body;
  }

  private Set<ValidationMessage> mistakes(JsonNode answer, String schema) throws IOException {
    ObjectNode document;
    try (Reader yaml = Files.newBufferedReader(DESCRIPTION)) {
      JsonNode description = json.valueToTree(new Yaml().load(yaml));
      document = ((ObjectNode) description).retain("components");
    }
    document.put("$ref", "#/components/schemas/" + schema);
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(document)
        .validate(answer.toString(), InputFormat.JSON);
  }
}
