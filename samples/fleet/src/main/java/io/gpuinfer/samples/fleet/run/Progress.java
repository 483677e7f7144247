package io.gpuinfer.samples.fleet.run;

/** Is told what goes on, line by line. */
interface Progress {

  void say(String line);
}
