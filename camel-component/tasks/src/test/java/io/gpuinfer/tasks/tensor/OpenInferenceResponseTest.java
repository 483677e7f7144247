package io.gpuinfer.tasks.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.JsonText;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.yaml.snakeyaml.Yaml;

class OpenInferenceResponseTest {

  /** The protocol's OpenAPI description, which KServe publishes. */
  private static final Path DESCRIPTION =
      Path.of(
          System.getProperty(
              "open-inference.description", "../../../shared/specs/open_inference_rest.yaml"));

  static boolean isDescribed() {
    return Files.exists(DESCRIPTION);
  }

  @Test
  void shouldWriteTheMembersOfTheProtocol() {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("y", Tensor.of(new float[] {1.5f, -2}, 1, 2));
    outputs.put("a", Tensor.of(new long[] {3}, 1));

    assertThat(JsonText.of(new OpenInferenceResponse("m", "7", "42", outputs)))
        .isEqualTo(
            "{\"model_name\":\"m\",\"model_version\":\"7\",\"id\":\"42\",\"outputs\":["
                + "{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1.5,-2.0]},"
                + "{\"name\":\"a\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[3]}]}");
  }

  @Test
  @EnabledIf("isDescribed")
  void shouldWriteWhatTheProtocolsDescriptionSays() throws IOException {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("floats", Tensor.of(new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 1e-30f}, 3));
    outputs.put("doubles", Tensor.wrap(new double[] {1e300}, 1, 1));
    outputs.put("halves", Tensor.rounded(DataType.FLOAT16, new float[] {0.5f}, 1));
    outputs.put("longs", Tensor.of(new long[] {Long.MAX_VALUE}, 1));
    outputs.put("booleans", Tensor.wrap(DataType.BOOL, new byte[] {1, 0}, 2));
    outputs.put("scalar", Tensor.of(new int[] {3}));
    outputs.put("empty", Tensor.of(new float[0], 0, 3));

    assertThat(mistakes(JsonText.of(new OpenInferenceResponse("m", "7", "42", outputs)))).isEmpty();
    assertThat(mistakes(JsonText.of(new OpenInferenceResponse("m", "7", null, outputs)))).isEmpty();
    assertThat(mistakes("{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\"}]}")).isNotEmpty();
  }

  private static Set<ValidationMessage> mistakes(String answer) throws IOException {
    ObjectNode document;
    try (Reader yaml = Files.newBufferedReader(DESCRIPTION)) {
      JsonNode description = new ObjectMapper().valueToTree(new Yaml().load(yaml));
      document = ((ObjectNode) description).retain("components");
    }
    document.put("$ref", "#/components/schemas/inference_response");
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(document)
        .validate(answer, InputFormat.JSON);
  }
}
