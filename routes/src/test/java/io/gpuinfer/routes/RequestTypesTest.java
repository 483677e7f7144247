package io.gpuinfer.routes;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTypesTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "text=", "=direct:text", "text=direct:text,,image=direct:b"})
  void shouldRefuseATypeWithoutAnEndpoint(String endpoints) {
    assertThatThrownBy(() -> new RequestTypes(endpoints))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no type with its endpoint");
  }
}
