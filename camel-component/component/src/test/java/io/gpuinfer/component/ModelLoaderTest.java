package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.repository.ModelRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLoaderTest {

  @TempDir Path root;

  @Test
  void shouldCloseWhatItLoadedWhenItsObserverFails() throws IOException {
    TinyVersions versions = new TinyVersions(root);
    versions.addNumbered(1, 4);
    List<ModelServer> loaded = new ArrayList<>();
    ModelObserver failing =
        new ModelObserver() {
          @Override
          public void loaded(ModelKey key, String version, List<ModelServer> servers) {
            loaded.addAll(servers);
            throw new NoClassDefFoundError("no registry of meters");
          }
        };
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.start();
      Workers workers = new Workers(context.getExecutorServiceManager(), this);
      ModelLoader loader =
          new ModelLoader(
              () -> ModelRepository.at(versions.location()),
              new ChosenVersions(),
              DevicePolicy.installed(),
              context.getClassResolver(),
              workers,
              failing);
      GpuInferConfiguration configuration = new GpuInferConfiguration();
      configuration.setDevice("cpu");

      assertThatThrownBy(() -> loader.apply(ModelKey.of("tiny", configuration)))
          .hasStackTraceContaining("no registry of meters");

      assertThat(loaded).hasSize(1);
      assertThat(loaded.get(0).instances())
          .extracting(InstanceStatus::phase)
          .containsExactly(InstanceStatus.Phase.CLOSED);
      workers.shutdown();
    }
  }
}
