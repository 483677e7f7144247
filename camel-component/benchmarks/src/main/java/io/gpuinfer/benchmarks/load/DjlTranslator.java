package io.gpuinfer.benchmarks.load;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;

/**
 * Text to tensors and back for DJL. It pools in plain Java, since the arrays of DJL's ONNX Runtime
 * engine have no arithmetic, nor can they be stacked to a batch.
 */
final class DjlTranslator implements NoBatchifyTranslator<String, float[]> {

  private final HuggingFaceTokenizer tokenizer;

  DjlTranslator(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public NDList processInput(TranslatorContext context, String text) {
    Encoding encoding = tokenizer.encode(text);
    NDManager manager = context.getNDManager();
    return new NDList(
        array(manager, MiniLm.IDS, encoding.getIds()),
        array(manager, MiniLm.MASK, encoding.getAttentionMask()),
        array(manager, MiniLm.TYPES, encoding.getTypeIds()));
  }

  private static NDArray array(NDManager manager, String name, long[] values) {
    NDArray array = manager.create(values, new Shape(1, values.length));
    array.setName(name);
    return array;
  }

  @Override
  public float[] processOutput(TranslatorContext context, NDList outputs) {
    NDArray hidden = outputs.get(0);
    return MeanPooling.embedding(hidden.toFloatArray(), (int) hidden.getShape().get(1));
  }
}
