package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.repository.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelKeyTest {

  private final GpuInferConfiguration configuration = new GpuInferConfiguration();

  @Test
  void shouldTakeSettingsAsAUriAndAsSpringBootHasThem() {
    configuration.getSettings().put("pooling", "cls");
    configuration.getSettings().put("mean", "0.5, 0.4,0.3");
    configuration.getSettings().put("limits.maxPixels", "1000");
    configuration.getSettings().put("detection", Map.of("box", Map.of("threshold", 0.6)));

    assertThat(ModelKey.of("reader", configuration).settings())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "pooling", setting("pooling", "cls"),
                "mean", setting("mean", "0.5", "0.4", "0.3"),
                "limits.maxPixels", setting("limits.maxPixels", "1000"),
                "detection.box.threshold", setting("detection.box.threshold", "0.6")));
  }

  private static Setting setting(String name, String... values) {
    return new Setting(List.of(values), "option settings." + name);
  }
}
