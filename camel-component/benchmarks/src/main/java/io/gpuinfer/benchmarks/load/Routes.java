package io.gpuinfer.benchmarks.load;

import ai.djl.Model;
import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context with a route for each contestant. None has an error handler, which would log. */
final class Routes implements AutoCloseable {

  /** Name of the file of {@link #tiny}. */
  static final String TINY_MODEL = "tiny.onnx";

  private static final String OURS = "direct:gpu-infer";
  private static final String OURS_TINY = "direct:gpu-infer-tiny";
  private static final String ONNX_RUNTIME = "direct:onnxruntime";

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final ProducerTemplate template;
  private OnnxRuntimeProcessor onnxRuntime;
  private final List<DjlModel> djlModels = new ArrayList<>();

  Routes() throws Exception {
    // OpenCL or nothing: what is measured is never ONNX Runtime in disguise.
    add(OURS, "gpu-infer:minilm?device=opencl");
    context.start();
    template = context.createProducerTemplate();
  }

  ProducerTemplate template() {
    return context.createProducerTemplate();
  }

  /** The component with its defaults. */
  Contestant ours() {
    return new Contestant("gpu-infer", context.getEndpoint(OURS), "defaults, on " + device());
  }

  /** The device that runs our model. */
  private String device() {
    return template
        .request(OURS, exchange -> exchange.getMessage().setBody("Which device is it?"))
        .getMessage()
        .getHeader(GpuInferConstants.DEVICE, String.class);
  }

  /**
   * A model of one negation, as raw tensors.
   *
   * @param folder where its file is written
   * @return the entrance of its route, which takes rows of 4 as {@code float[]}
   */
  Endpoint tiny(Path folder) throws Exception {
    ModelBuilder model = new ModelBuilder(13);
    model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 4);
    model.output(model.node("Neg", "x").value(), DataType.FLOAT32);
    Path file = Files.write(folder.resolve(TINY_MODEL), model.bytes());
    add(OURS_TINY, "gpu-infer:tiny?device=opencl&task=tensor&modelUri=" + file.toUri());
    return context.getEndpoint(OURS_TINY);
  }

  /** ONNX Runtime called from a processor, one exchange at a time. */
  Contestant onnxRuntime(int threads) throws Exception {
    onnxRuntime = new OnnxRuntimeProcessor(threads);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(ONNX_RUNTIME).errorHandler(noErrorHandler()).process(onnxRuntime);
          }
        });
    return new Contestant(
        "ONNX Runtime", context.getEndpoint(ONNX_RUNTIME), onnxRuntime.settings());
  }

  /**
   * camel-djl with DJL's ONNX Runtime engine.
   *
   * @param threads that each run may use
   */
  Contestant djl(int threads) throws Exception {
    DjlModel djl = new DjlModel(threads);
    djlModels.add(djl);
    String model = "MiniLm" + threads;
    context.getRegistry().bind(model, Model.class, djl.model());
    context.getRegistry().bind(model + "Translator", djl.translator());
    String entrance = "direct:djl-" + threads;
    add(
        entrance,
        "djl:nlp/text_embedding?model=%s&translator=%sTranslator".formatted(model, model));
    return new Contestant(
        threads == 1 ? "camel-djl, 1 thread" : "camel-djl, %d threads".formatted(threads),
        context.getEndpoint(entrance),
        djl.settings());
  }

  /** What a contestant makes of a text. */
  float[] embed(Contestant contestant, String text) throws IOException {
    Exchange exchange = contestant.entrance().createExchange(ExchangePattern.InOut);
    exchange.getMessage().setBody(text);
    Exchange answer = template.send(contestant.entrance(), exchange);
    if (answer.getException() != null) {
      throw new IOException(
          contestant.name() + " gives no answer: " + answer.getException(), answer.getException());
    }
    return answer.getMessage().getBody(float[].class);
  }

  private void add(String from, String to) throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(from).errorHandler(noErrorHandler()).to(to);
          }
        });
  }

  @Override
  public void close() throws IOException {
    context.close();
    if (onnxRuntime != null) {
      onnxRuntime.close();
    }
    djlModels.forEach(DjlModel::close);
  }
}
