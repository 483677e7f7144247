package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** OpenAI's embeddings as the application speaks them, and as OpenAI's own client hears them. */
class OpenAiTest extends ApplicationTest {

  private static final String MODEL = "all-minilm-l6-v2";
  private static final List<String> TEXTS =
      List.of("A man is eating food.", "Ein Mann isst, 你好 😀.");

  /** The npm package {@code openai}, unpacked. */
  private static final Path CLIENT =
      Path.of(System.getProperty("gpu-infer.test-data", "../.test-data"), "openai");

  /** Two lists of texts, one in each encoding, and what comes of a model that is not there. */
  private static final String SCRIPT =
      """
      const { default: OpenAI } = await import(process.argv[2]);
      const texts = JSON.parse(process.argv[4]);
      const client = new OpenAI({ baseURL: process.argv[3], apiKey: 'none', maxRetries: 0 });
      const model = (await client.models.list()).data[0].id;
      const byDefault = await client.embeddings.create({ model, input: texts });
      const floats = await client.embeddings.create(
        { model, input: texts[0], encoding_format: 'float' });
      const failure = await client.embeddings.create({ model: 'nothing', input: 'a' })
        .then(() => null, error => ({ type: error.constructor.name, status: error.status,
          code: error.code, message: error.message }));
      console.log(JSON.stringify({ byDefault, floats, failure }));
      """;

  @Autowired private ProducerTemplate routes;

  @Test
  void givesTheNumbersOfTheRoute() throws IOException {
    List<?> own = routes.requestBody("direct:embed", TEXTS, List.class);

    JsonNode answer = answer(embed(embeddingRequest("float")));

    assertThat(answer.get("object").asText()).isEqualTo("list");
    assertThat(answer.get("model").asText()).isEqualTo(MODEL);
    assertThat(answer.get("usage").get("prompt_tokens").asInt()).isGreaterThan(8);
    assertThat(answer.get("data")).hasSize(2);
    for (int i = 0; i < TEXTS.size(); i++) {
      JsonNode embedding = answer.get("data").get(i);
      assertThat(embedding.get("index").asInt()).isEqualTo(i);
      assertThat(floats(embedding.get("embedding"))).isEqualTo(own.get(i));
    }
    JsonNode packed = answer(embed(embeddingRequest("base64"))).get("data").get(1).get("embedding");
    float[] unpacked = new float[384];
    ByteBuffer.wrap(Base64.getDecoder().decode(packed.asText()))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(unpacked);
    assertThat(unpacked).isEqualTo(own.get(1));
  }

  @Test
  void isUnderstoodByOpenAisClient(@TempDir Path folder) throws Exception {
    assumeTrue(Files.exists(CLIENT) && hasNode(), "node and the npm package openai");
    List<?> own = routes.requestBody("direct:embed", TEXTS, List.class);
    Path script = Files.writeString(folder.resolve("embed.mjs"), SCRIPT);
    Path errors = folder.resolve("errors");
    Process node =
        new ProcessBuilder(
                "node",
                script.toString(),
                CLIENT.resolve("index.mjs").toAbsolutePath().toUri().toString(),
                http.getRootUri() + "/v1",
                json.writeValueAsString(TEXTS))
            .redirectError(errors.toFile())
            .start();
    byte[] output = node.getInputStream().readAllBytes();
    assertThat(node.waitFor()).as(() -> read(errors)).isZero();

    JsonNode heard = json.readTree(output);

    JsonNode data = heard.get("byDefault").get("data");
    assertThat(floats(data.get(0).get("embedding"))).isEqualTo(own.get(0));
    assertThat(floats(data.get(1).get("embedding"))).isEqualTo(own.get(1));
    assertThat(floats(heard.get("floats").get("data").get(0).get("embedding")))
        .isEqualTo(own.get(0));
    JsonNode failure = heard.get("failure");
    assertThat(failure.get("type").asText()).isEqualTo("NotFoundError");
    assertThat(failure.get("code").asText()).isEqualTo("model_not_found");
    assertThat(failure.get("message").asText()).contains("nothing", MODEL);
  }

  @Test
  void listsTheModels() {
    JsonNode models = answer(http.getForEntity("/v1/models", JsonNode.class));

    assertThat(models.get("data")).hasSize(1);
    assertThat(models.get("data").get(0).get("id").asText()).isEqualTo(MODEL);
    assertThat(answer(http.getForEntity("/v1/models/" + MODEL, JsonNode.class)))
        .isEqualTo(models.get("data").get(0));
    assertThat(http.getForEntity("/v1/models/nothing", JsonNode.class).getStatusCode().value())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "400 | `{\"model\": `                                             | line 1",
        "400 | `[]`                                                       | object",
        "400 | `{\"input\": \"a\"}`                                       | 'model'",
        "400 | `{\"model\": \"all-minilm-l6-v2\"}`                        | 'input'",
        "400 | `{\"model\": \"all-minilm-l6-v2\", \"input\": []}`         | at least one",
        "400 | `{\"model\": \"all-minilm-l6-v2\", \"input\": [1, 2]}`     | tokens",
        "400 | `{\"model\": \"all-minilm-l6-v2\", \"input\": [[1, 2]]}`   | tokens",
        "400 | `{\"model\": \"all-minilm-l6-v2\", \"input\": [\"a\", null]}` | nothing but",
        "400 | `{\"model\": \"all-minilm-l6-v2\", \"input\": \"a\", \"encoding_format\": \"x\"}` |"
            + " base64",
        "400 | `{\"model\": \"all-minilm-l6-v2\", \"input\": \"a\", \"dimensions\": 100}` | 384",
        "400 | `{\"model\": \"m\", \"model\": \"n\", \"input\": \"a\"}`   | uplicate",
        "404 | `{\"model\": \"../minilm\", \"input\": \"a\"}`             | no model",
      })
  void refusesWhatIsNoRequest(int status, String body, String reason) {
    ResponseEntity<JsonNode> response = embed(body);
    JsonNode error = response.getBody().get("error");

    assertThat(response.getStatusCode().value()).isEqualTo(status);
    assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.get("message").asText()).contains(reason).doesNotContain("\tat ");
    assertThat(error.fieldNames()).toIterable().containsExactly("message", "type", "param", "code");
  }

  private String embeddingRequest(String encoding) throws IOException {
    return json.writeValueAsString(
        Map.of("model", MODEL, "encoding_format", encoding, "input", TEXTS));
  }

  private ResponseEntity<JsonNode> embed(String body) {
    HttpHeaders headers = new HttpHeaders();
    headers.setContentType(MediaType.APPLICATION_JSON);
    return http.postForEntity("/v1/embeddings", new HttpEntity<>(body, headers), JsonNode.class);
  }

  private static float[] floats(JsonNode numbers) {
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers.get(i).asDouble();
    }
    return floats;
  }

  private static boolean hasNode() throws InterruptedException {
    try {
      return new ProcessBuilder("node", "--version").start().waitFor(10, TimeUnit.SECONDS);
    } catch (IOException e) {
      return false;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
