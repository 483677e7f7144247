package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.opencl.OpenClEngine;
import java.io.IOException;
import java.util.List;

/** The workloads that a caller asks for, one after another, each with its model loaded. */
@FunctionalInterface
interface LoadedWorkloads {

  /** Looks at one workload. */
  void visit(String title, InferenceSession session, Workload workload) throws IOException;

  /**
   * Is told of a model that could not be loaded or run, whose other workloads are passed over. The
   * exception ends the visit unless a visitor knows better.
   */
  default void failed(String model, GpuInferException reason) {
    throw reason;
  }

  /** Visits those workloads of the models that the options ask for. */
  static void each(
      OpenClEngine engine,
      EngineOptions options,
      List<BenchmarkModel> models,
      LoadedWorkloads visitor)
      throws IOException {
    LoadOptions.Builder load = LoadOptions.builder();
    options.deviceClass().ifPresent(load::deviceClass);
    for (BenchmarkModel all : models) {
      BenchmarkModel model = all.only(options.only());
      if (model.workloads().isEmpty()) {
        continue;
      }
      ModelSource source = ModelSource.of(model.name(), model.file().read());
      try (InferenceSession session = engine.load(source, load.build())) {
        for (Workload workload : model.workloads()) {
          visitor.visit(model.title(workload), session, workload);
        }
      } catch (GpuInferException e) {
        visitor.failed(model.name(), e);
      }
    }
  }
}
