package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Raw tensors through single model files, which no repository describes. */
@TestInstance(Lifecycle.PER_CLASS)
class TensorRouteTest extends CamelTestSupport {

  private static final int PIXELS = 3 * 48 * 192;

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:one-input")
            .to(
                "gpu-infer:direction?device=cpu"
                    + "&modelUri=classpath:models/ch_ppocr_mobile_v2.0_cls_infer.onnx");
        from("direct:three-inputs")
            .to("gpu-infer:bert?device=cpu&modelUri=classpath:all-minilm-l6-v2.onnx");
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

  private void assertRefused(String uri, Object body, String saying) {
    assertThatThrownBy(() -> template.requestBody(uri, body))
        .cause()
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(saying);
  }
}
