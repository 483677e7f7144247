package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Raw tensors through single model files, which no repository describes. */
@TestInstance(Lifecycle.PER_CLASS)
class TensorRouteTest extends CamelTestSupport {

  private static final int PIXELS = 3 * 48 * 192;

  private static String model;

  @BeforeAll
  static void writeModel(@TempDir Path folder) throws IOException {
    model = TinyModelFile.in(folder);
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:one-input")
            .to(
                "gpu-infer:direction?task=tensor&device=cpu"
                    + "&modelUri=classpath:models/ch_ppocr_mobile_v2.0_cls_infer.onnx");
        from("direct:three-inputs")
            .to("gpu-infer:bert?device=cpu&modelUri=classpath:all-minilm-l6-v2.onnx");
        from("direct:any-format")
            .to("gpu-infer:tiny?device=cpu&modelUri=" + model + "&settings.format=same");
      }
    };
  }

  @Test
  void shouldAnswerATensorWithTheOnlyOutput() {
    Tensor picture = Tensor.wrap(new float[PIXELS], 1, 3, 48, 192);

    Tensor scores = template.requestBody("direct:one-input", picture, Tensor.class);

    assertThat(scores.shape()).containsExactly(1, 2);
    assertThat(scores.doubleAt(0) + scores.doubleAt(1)).isCloseTo(1, within(1e-4));
  }

  @Test
  void shouldGiveATensorAsFloatsToARouteThatWantsThem() {
    Tensor picture = Tensor.wrap(new float[PIXELS], 1, 3, 48, 192);

    assertThat(template.requestBody("direct:one-input", picture, float[].class)).hasSize(2);
  }

  @Test
  void shouldTakeTensorsByName() {
    Tensor ids = Tensor.of(new long[] {101, 1037, 2158, 102}, 1, 4);
    Map<String, Tensor> inputs =
        Map.of(
            "input_ids", ids,
            "attention_mask", Tensor.of(new long[] {1, 1, 1, 1}, 1, 4),
            "token_type_ids", Tensor.of(new long[4], 1, 4));

    Tensor hidden = template.requestBody("direct:three-inputs", inputs, Tensor.class);

    assertThat(hidden.shape()).containsExactly(1, 4, 384);
  }

  /** [[1, 2, 3]] as {@code numpy.save} of NumPy 2.4.6 writes it. */
  @Test
  void shouldAnswerANumpyFileWithOne() throws IOException {
    byte[] file = numpyFile(1, 2, 3);
    byte[] answer = numpyFile(-1, -2, -3);

    for (Object body :
        List.of(
            file,
            new ByteArrayInputStream(file),
            Files.write(Files.createTempFile("array", ".npy"), file).toFile())) {
      assertThat(template.requestBody("direct:any-format", body, byte[].class)).isEqualTo(answer);
    }
  }

  @Test
  void shouldAnswerARequestOfTheOpenInferenceProtocol() {
    String request =
        """
        {"id": "7", "inputs": [
          {"name": "x", "shape": [1, 3], "datatype": "FP32", "data": [[1, 2, 3]]}]}
        """;
    String answer =
        "{\"model_name\":\"tiny\",\"model_version\":\"1\",\"id\":\"7\",\"outputs\":["
            + "{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[-1.0,-2.0,-3.0]}]}";

    for (Object body :
        List.of(
            request,
            request.getBytes(StandardCharsets.UTF_8),
            new ByteArrayInputStream(request.getBytes(StandardCharsets.UTF_8)))) {
      assertThat(template.requestBody("direct:any-format", body, String.class)).isEqualTo(answer);
    }
  }

  @Test
  void shouldTakeNumbersOfJava() {
    Tensor negated = Tensor.of(new float[] {-1, -2, -3}, 1, 3);

    for (Object body :
        List.of(
            "1, 2, 3",
            "[1, 2, 3]",
            List.of(1, 2, 3),
            List.of(List.of(1, 2, 3)),
            new int[] {1, 2, 3},
            Map.of("x", List.of(1, 2, 3)))) {
      assertThat(template.requestBody("direct:any-format", body)).isEqualTo(negated);
    }
    assertThat(template.requestBody("direct:any-format", List.of("1, 2, 3", new int[] {1, 2, 3})))
        .isEqualTo(List.of(negated, negated));
  }

  @Test
  void shouldSayWhatTheModelWantsWhenTheBodyIsSomethingElse() {
    assertRefused("direct:three-inputs", List.of(1, 2, 3), "input_ids");
    assertRefused("direct:three-inputs", "1,2,three", "three");
    assertRefused("direct:three-inputs", Map.of("wrong", Tensor.of(new long[1], 1)), "wrong");
    assertRefused("direct:one-input", Tensor.of(new float[4], 4), "[4]");
    assertRefused("direct:one-input", new StringBuilder(), "");
    assertRefused("direct:one-input", Collections.nCopies(3, "x"), "no number");
    assertRefused("direct:one-input", null, "empty");
  }

  private static byte[] numpyFile(float... values) {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }";
    ByteBuffer file =
        ByteBuffer.allocate(128 + values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118);
    file.put(
        (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII));
    for (float value : values) {
      file.putFloat(value);
    }
    return file.array();
  }

  private void assertRefused(String uri, Object body, String saying) {
    assertThatThrownBy(() -> template.requestBody(uri, body))
        .cause()
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(saying);
  }
}
