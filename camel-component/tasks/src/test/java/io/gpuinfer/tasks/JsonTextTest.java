package io.gpuinfer.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.rerank.RankedText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  @Test
  void shouldWriteRecordsByTheirComponents() {
    assertThat(JsonText.of(List.of(new RankedText(3, 0.5, "a \"text\""))))
        .isEqualTo("[{\"index\":3,\"score\":0.5,\"text\":\"a \\\"text\\\"\"}]");
  }

  @Test
  void shouldWriteTensorsWithTypeShapeAndFlatData() {
    assertThat(JsonText.of(Tensor.of(new float[] {1, 0.1f, -0f, 3e10f}, 2, 2)))
        .isEqualTo("{\"datatype\":\"FP32\",\"shape\":[2,2],\"data\":[1.0,0.1,-0.0,3.0E10]}");
    assertThat(JsonText.of(Map.of("x", Tensor.of(new long[] {Long.MIN_VALUE}, 1))))
        .isEqualTo(
            "{\"x\":{\"datatype\":\"INT64\",\"shape\":[1],\"data\":[-9223372036854775808]}}");
    assertThat(JsonText.of(Tensor.wrap(DataType.BOOL, new byte[] {1, 0}, 2)))
        .isEqualTo("{\"datatype\":\"BOOL\",\"shape\":[2],\"data\":[true,false]}");
    assertThat(JsonText.of(Tensor.wrap(DataType.UINT8, new byte[] {-1}, 1, 1)))
        .isEqualTo("{\"datatype\":\"UINT8\",\"shape\":[1,1],\"data\":[255]}");
    assertThat(JsonText.of(Tensor.rounded(DataType.FLOAT16, new float[] {0.5f, 65504}, 2)))
        .isEqualTo("{\"datatype\":\"FP16\",\"shape\":[2],\"data\":[0.5,65504.0]}");
  }

  /** JSON has no such numbers: a parser that knows only the standard must take what is written. */
  @Test
  void shouldWriteWhatIsNoFiniteNumberAsText() throws Exception {
    float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};

    assertThat(new ObjectMapper().readTree(JsonText.of(Tensor.of(values, 3))).get("data"))
        .extracting(node -> node.textValue())
        .containsExactly("NaN", "Infinity", "-Infinity");
  }

  @Test
  void shouldSayWhatHasNoJson() {
    assertThatThrownBy(() -> JsonText.of(new Object()))
        .isInstanceOf(GpuInferException.class)
        .hasMessageContaining("Object");
  }
}
