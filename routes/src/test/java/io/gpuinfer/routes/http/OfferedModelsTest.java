package io.gpuinfer.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OfferedModelsTest {

  @Test
  void haveAnEndpointEach() {
    OfferedModels models = new OfferedModels(" a = direct:x?block=false , b,c=gpu-infer:c");

    assertThat(models.names()).containsExactly("a", "b", "c");
    assertThat(models.endpoint("a")).isEqualTo("direct:x?block=false");
    assertThat(models.endpoint("b")).isEqualTo("direct:b");
    assertThat(models.endpoint("c")).isEqualTo("gpu-infer:c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=", "=direct:a", "a,a", "a b", "../a", "direct:a"})
  void areRefusedWhereTheyAreNoList(String list) {
    assertThatThrownBy(() -> new OfferedModels(list))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name=endpoint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"b", "direct:a", "a\nb", ""})
  void areNotMadeOfWhatCallersSend(String name) {
    assertThatThrownBy(() -> new OfferedModels("a").endpoint(name))
        .isInstanceOfSatisfying(
            HttpRefusal.class, refusal -> assertThat(refusal.status()).isEqualTo(404))
        .hasMessageContaining("[a]")
        .hasMessageNotContaining("\n");
  }
}
