package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.opencl.OpenClEngine;
import java.io.IOException;

/** The workloads that a caller asks for, one after another, each with its model loaded. */
@FunctionalInterface
interface LoadedWorkloads {

  /** Looks at one workload. */
  void visit(String title, InferenceSession session, Workload workload) throws IOException;

  static void each(OpenClEngine engine, EngineOptions options, LoadedWorkloads visitor)
      throws IOException {
    LoadOptions.Builder load = LoadOptions.builder();
    options.deviceClass().ifPresent(load::deviceClass);
    for (BenchmarkModel all : Models.present(new Progress(System.err))) {
      BenchmarkModel model = all.only(options.only());
      if (!model.workloads().isEmpty()) {
        ModelSource source = ModelSource.of(model.name(), model.file().read());
        try (InferenceSession session = engine.load(source, load.build())) {
          for (Workload workload : model.workloads()) {
            visitor.visit(model.title(workload), session, workload);
          }
        }
      }
    }
  }
}
