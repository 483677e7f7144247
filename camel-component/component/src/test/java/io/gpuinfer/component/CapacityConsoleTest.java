package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.gpuinfer.engine.opencl.OpenClEngine;
import java.util.List;
import java.util.Map;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.console.DevConsole;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the console says a load would take, of a model that has served some texts. */
class CapacityConsoleTest extends CamelTestSupport {

  @BeforeAll
  static void requireDevice() {
    assumeFalse(new OpenClEngine().devices().isEmpty(), "no OpenCL device");
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:device").to("gpu-infer:minilm?device=opencl");
        from("direct:host").to("gpu-infer:minilm?device=cpu");
      }
    };
  }

  @Test
  void shouldPlanFromWhatWasServed() {
    for (int words = 2; words < 100; words += 7) {
      template.requestBody("direct:device", "word ".repeat(words));
    }

    Map<?, ?> json = console(Map.of("concurrency", "4", "items", "100", "deadline", "60000"));
    Map<?, ?> plan = plan(json, true);

    double gflop = (Double) plan.get("gflopPerItem");
    assertThat(gflop).isBetween(0.3, 3.0); // MiniLM takes 2.9 GFLOP for 128 tokens
    assertThat((Double) plan.get("totalGflop")).isCloseTo(400 * gflop, within(0.001 * 400 * gflop));
    assertThat((Double) plan.get("peakItemsPerSecond")).isPositive();
    assertThat((Long) plan.get("memoryBytes")).isGreaterThan(80L << 20);
    assertThat((Integer) plan.get("devicesNeeded")).isEqualTo(1);
    Map<?, ?> onOne = (Map<?, ?>) plan.get("onOneDevice");
    assertThat((Double) onOne.get("p99Millis"))
        .isGreaterThanOrEqualTo((Double) onOne.get("p50Millis"));
  }

  @Test
  void shouldSayWhyThereIsNoPlan() {
    template.requestBody("direct:host", "A text.");

    assertThat(plan(console(Map.of()), false).get("unknown").toString()).contains("onnxruntime");
  }

  @Test
  void shouldRefuseWhatIsNoNumberAndNameIt() {
    assertThatThrownBy(() -> console(Map.of("rate", "many"))).hasMessageContaining("rate");
  }

  private Map<?, ?> console(Map<String, Object> query) {
    DevConsole console =
        PluginHelper.getDevConsoleResolver(context).resolveDevConsole("gpu-infer-capacity");
    assertThat((String) console.call(DevConsole.MediaType.TEXT, query)).contains("minilm/model");
    return (Map<?, ?>) console.call(DevConsole.MediaType.JSON, query);
  }

  /** What is said of the model on one of its two devices: only OpenCL's counts its work. */
  private static Map<?, ?> plan(Map<?, ?> json, boolean counted) {
    for (Object model : (List<?>) json.get("models")) {
      Map<?, ?> plan = (Map<?, ?>) model;
      String unknown = String.valueOf(plan.get("unknown"));
      if (counted != unknown.contains("does not count")) {
        return plan;
      }
    }
    throw new AssertionError("Neither is in " + json);
  }
}
