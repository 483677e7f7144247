package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.InsufficientMemoryException;
import io.gpuinfer.engine.UnsupportedModelException;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.onnxruntime.OnnxRuntimeEngine;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.repository.ModelRepository;
import io.gpuinfer.serving.version.SwapMode;
import io.gpuinfer.serving.version.VersionStatus;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that holds one version and not two. */
class VersionMemoryTest {

  /** Each version has 4 MiB of weights; what it computes with them comes to some times that. */
  private static final int WIDTH = 1 << 20;

  private static final long MEMORY = 20L << 20;

  @TempDir Path root;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private Workers workers;
  private TinyVersions versions;
  private LoadedModels models;
  private ModelOperations operations;

  @BeforeEach
  void load() {
    context.start();
    workers = new Workers(context.getExecutorServiceManager(), this);
    versions = new TinyVersions(root);
    versions.addNumbered(1, WIDTH);
    versions.addNumbered(2, WIDTH);
    Supplier<ModelRepository> repository = () -> ModelRepository.at(versions.location());
    ChosenVersions chosen = new ChosenVersions();
    DevicePolicy devices = new DevicePolicy(new OpenClEngine(MEMORY), new OnnxRuntimeEngine());
    models =
        new LoadedModels(
            new ModelLoader(
                repository,
                chosen,
                devices,
                context.getClassResolver(),
                workers,
                new ModelObserver() {}));
    operations = new ModelOperations(repository, models, chosen);
    GpuInferConfiguration configuration = new GpuInferConfiguration();
    configuration.setDevice("opencl");
    models.acquire(ModelKey.of("tiny", configuration));
  }

  @AfterEach
  void release() {
    models.all().forEach(model -> models.release(model.key()));
    workers.shutdown();
    context.stop();
  }

  @Test
  void shouldRefuseWhatDoesNotFitWithNumbersAndSayWhatWouldHelp() {
    assertThatThrownBy(() -> operations.swap("tiny", "1", SwapMode.BESIDE))
        .isInstanceOf(InsufficientMemoryException.class)
        .hasMessageMatching(
            "(?s)'net.onnx' needs \\d+ MiB on .* of whose 20 MiB other models hold \\d+ MiB\\..*"
                + " Version 2 serves on and keeps its memory; a swap that drains it first would"
                + " free that");

    assertThat(status().served()).isEqualTo("2");
    assertThat(status().lastFailure().reason()).contains("20 MiB");
  }

  @Test
  void shouldFitOneAfterTheOtherAgainAndAgain() {
    for (int i = 0; i < 4; i++) {
      String version = String.valueOf(1 + i % 2);

      operations.swap("tiny", version, SwapMode.DRAIN_FIRST);

      assertThat(status().served()).isEqualTo(version);
    }
  }

  @Test
  void shouldLoadTheOldVersionAgainWhenTheNewOneCannotRunThere() {
    versions.addUnsupported(3);

    assertThatThrownBy(() -> operations.swap("tiny", "3", SwapMode.DRAIN_FIRST))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("Juggle");

    assertThat(status().served()).isEqualTo("2");
    assertThat(status().lastFailure().reason()).contains("Juggle");
  }

  private VersionStatus status() {
    return operations.status("tiny").serving().get(0).versions();
  }
}
