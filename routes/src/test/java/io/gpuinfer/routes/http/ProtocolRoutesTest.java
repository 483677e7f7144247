package io.gpuinfer.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolRoutesTest {

  /** There is no component platform-http here, which applications bring that want these routes. */
  @ParameterizedTest
  @ValueSource(strings = {"admin", "open-inference", "openai"})
  void areNotThereUnlessAPropertyAsksForThem(String file) throws Exception {
    try (CamelContext camel = new DefaultCamelContext()) {
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(
              PluginHelper.getResourceLoader(camel)
                  .resolveResource("classpath:camel/" + file + ".yaml"));
      camel.start();

      assertThat(camel.getRoutes()).isEmpty();
    }
  }

  @Test
  void takeNoTokenThatCouldBeGuessed() {
    assertThatThrownBy(() -> new AdminFace().setToken("secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16 characters")
        .hasMessageNotContaining("secret");
  }
}
