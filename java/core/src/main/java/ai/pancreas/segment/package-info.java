/** From a CT to a mask: pre-processing, network, post-processing. */
package ai.pancreas.segment;
