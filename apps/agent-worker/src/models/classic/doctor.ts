import { peopleKeywords } from './doctor.people.js';
import { questionKeywords } from './doctor.questions.js';
import { topicKeywords } from './doctor.topics.js';
import { rule, type Script } from './script.js';

/**
 * DOCTOR, the script of Joseph Weizenbaum's ELIZA ("ELIZA - A Computer Program For the Study of Natural Language
 * Communication Between Man and Machine", Communications of the ACM, January 1966), with the words that greet, take
 * leave and tell who speaks added.
 */
export const doctor: Script = {
  before: {
    dont: "don't",
    cant: "can't",
    wont: "won't",
    im: 'i am',
    "i'm": 'i am',
    "i've": 'i have',
    "i'll": 'i will',
    "i'd": 'i would',
    "you're": 'you are',
    youre: 'you are',
    "you've": 'you have',
    "you'll": 'you will',
    "who's": 'who is',
    "what's": 'what is',
    recollect: 'remember',
    recall: 'remember',
    dreamt: 'dreamed',
    français: 'francais',
    espanol: 'español',
  },
  after: {
    'i am': 'you are',
    'i was': 'you were',
    'am i': 'are you',
    'was i': 'were you',
    'you are': 'i am',
    'you were': 'i was',
    'are you': 'am i',
    'were you': 'was i',
    i: 'you',
    me: 'you',
    my: 'your',
    mine: 'yours',
    myself: 'yourself',
    am: 'are',
    your: 'my',
    yours: 'mine',
    yourself: 'myself',
  },
  groups: {
    be: ['am', 'is', 'are', 'was'],
    belief: ['feel', 'think', 'believe', 'wish'],
    cannot: ["can't", 'cannot'],
    everyone: ['everyone', 'everybody', 'nobody', 'noone'],
    family: [
      ...['mother', 'mom', 'mum', 'father', 'dad', 'sister', 'brother', 'wife', 'husband', 'children', 'child'],
      ...['son', 'daughter', 'parents', 'family'],
    ],
    farewell: ['goodbye', 'bye', 'quit', 'farewell'],
    happy: ['happy', 'elated', 'glad', 'better'],
    sad: ['sad', 'unhappy', 'depressed', 'sick'],
    want: ['want', 'need'],
  },
  keywords: { ...peopleKeywords, ...questionKeywords, ...topicKeywords },
  memory: {
    keyword: 'my',
    rule: rule(
      '* my *',
      'Does that have anything to do with the fact that your $2?',
      'Earlier you said your $2.',
      "Let's discuss further why your $2.",
      'But your $2?',
    ),
  },
  none: [
    'I am not sure I understand you fully.',
    'Please go on.',
    'What does that suggest to you?',
    'Do you feel strongly about discussing such things?',
  ],
};
